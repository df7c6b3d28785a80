import type { RuleDescription, RuleThreshold } from '#networks/port/rule-description';

/** A rule as it stands without settings, and under `MEDIA_LIMITS=documented`. */
export interface RuleUnderBoth {
  readonly usual: RuleDescription;
  readonly documented: RuleDescription;
}

const introduction = `# Rules

What a post is judged by before it is accepted: every rule, with the figures that count. This page is made from the same table that judges
(\`npm run rules\`); \`GET /api/rules\` serves it to programs, with the figures of that installation. A broken rule is an entry in
\`details.violations\` of the error, or in \`warnings\` of the answer, with the rule's id. What the media rules look at is the copy that goes
out, after repairs (see [posts.md](posts.md#media)).

Two sources disagree in places: the usual limits of tools like this one, and Meta's documentation. Where both refuse a file it is an
**error**. Where one alone does it is a **warning** that names both figures; with \`MEDIA_LIMITS=documented\` (see
[configuration.md](configuration.md)) what Meta's documentation refuses is an error. § numbers are those of our notes on Meta's
documentation.

How wide a picture is breaks no rule of Meta's: Instagram scales narrow ones up to 320 pixels, and we scale wide ones down to 1440.

What Meta's documentation says besides, and no rule asks:

- Sound of 128 kbit/s and pictures of a variable bit rate: figures without a bound, of which nothing says that others are refused.
- 9:16 for reels, stories and covers: advice.
- All items of a carousel are cropped to the shape of the first: nothing is refused. Send \`fit\` for a shape of your own.
- sRGB: Instagram converts, and pictures that are repaired are converted here.
- What only the account or another page knows: whether it may have trial reels, whether a place has a location, whether somebody may be tagged or asked
  to collaborate, whether an audio name may still be changed. Instagram's answer to it is an error of the target.
- Containers, posts and calls in a span of time: the worker keeps those.
`;

/** docs/rules.md */
export function rulesPage(rules: readonly RuleUnderBoth[]): string {
  const sections = new Map<string, RuleUnderBoth[]>();
  for (const rule of rules) sections.set(sectionOf(rule.usual), [...(sections.get(sectionOf(rule.usual)) ?? []), rule]);
  return [introduction, ...[...sections].map(([title, members]) => `## ${title}\n\n${table(members)}\n`)].join('\n');
}

/** The first two words of the id: `instagram.reel`. */
function sectionOf({ id }: RuleDescription): string {
  return id.split('.').slice(0, 2).join('.');
}

function table(rules: readonly RuleUnderBoth[]): string {
  const rows = rules.map(({ usual, documented }) => {
    const [before, after] = [cell(usual), cell(documented)];
    return `| \`${usual.id}\` | ${usual.formats.join(', ')}${usual.media ? `: ${usual.media}` : ''} | ${before} | ${after === before ? 'the same' : after} | ${text(usual.fix)} | ${text(usual.source)} |`;
  });
  return ['| Rule | For | Usually | `MEDIA_LIMITS=documented` | What to do | Source |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function cell(rule: RuleDescription): string {
  return rule.thresholds.map((threshold) => `**${threshold.severity}**: ${text(threshold.message)}${figure(rule, threshold)}`).join('<br>');
}

/** `(max 900000 ms)`: what a program compares with. */
function figure({ comparison, unit, relativeTo }: RuleDescription, { limit }: RuleThreshold): string {
  const bound = limit ?? relativeTo;
  return bound === null ? '' : ` (\`${[comparison, bound, limit === null ? null : unit].filter((word) => word !== null).join(' ')}\`)`;
}

/** Braces and pipes as they are written, not as Markdown. */
function text(sentence: string): string {
  return sentence.replaceAll('|', '\\|').replace(/\{(\w+)\}/g, '*$1*');
}
