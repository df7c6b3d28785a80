import { ordinaryVideo, type MediaFacts, type VideoFacts } from '#networks/port/media-facts';
import type { RuleDescription } from '#networks/port/rule-description';
import type { PostContent } from '#networks/port/social-network';
import { judgePost } from './judge.js';
import type { MediaLimitsMode } from './media-limit.js';

/** What the tests at the edges of rules share: two ordinary files, what the judge says of one rule, and what a program concludes from its description. */
export const image: MediaFacts = { kind: 'image', contentType: 'image/jpeg', sizeBytes: 500_000, width: 1080, height: 1080 };
export const video: MediaFacts & { video: VideoFacts } = {
  kind: 'video', contentType: 'video/mp4', sizeBytes: 5_000_000, width: 1080, height: 1920,
  video: { ...ordinaryVideo, durationMs: 20_000, videoCodec: 'avc', audioCodec: 'aac', framesPerSecond: 30, isFastStart: true },
};
export const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

export type Verdict = 'ok' | 'error' | 'warning';

export function verdict(id: string, content: PostContent, mode: MediaLimitsMode = 'lenient'): Verdict {
  const { violations, warnings } = judgePost(content, mode);
  if (violations.some(({ rule }) => rule === id)) return 'error';
  return warnings.some(({ rule }) => rule === id) ? 'warning' : 'ok';
}

/** From the data alone, as a composer would. `relative` is the value that `relativeTo` names. */
export function conclude(rule: RuleDescription, value: number | string, { relative = NaN, tolerance = 0 } = {}): Verdict {
  const isWithin = ({ limit, values }: RuleDescription['thresholds'][number]): boolean => {
    if (typeof value === 'string') return values?.includes(value) ?? false;
    const bound = limit ?? relative;
    if (rule.comparison === 'below') return value < bound;
    return rule.comparison === 'max' ? value <= bound + tolerance : value >= bound - tolerance;
  };
  return rule.thresholds.find((threshold) => !isWithin(threshold))?.severity ?? 'ok';
}

/** How to make what a rule looks at. A rule whose subject nobody can make fails, and so cannot go untested. */
export function made<T>(makers: Readonly<Record<string, T>>, name: string): T {
  const maker = makers[name];
  if (maker === undefined) throw new Error(`No test knows how to make "${name}": add it to the makers`);
  return maker;
}
