import type { Format } from '../params/instagram-params.js';
import type { Finding, Rule, Subject } from './rule.js';

/** As the model's sentences name the formats. */
const formatNames: Readonly<Record<Format, string>> = { post: 'feed post', reel: 'reel', story: 'story' };

const captionSource = '§1.2 Meta: IG User Media, caption';
const modelSource = 'api-surface §3, §5';

/** In code points: what Instagram counts in is not documented (§1.7). */
export function characters(text: string): number {
  return [...text].length;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const hashtags = ({ body }: Subject): number => count(body, /[#＃][\p{L}\p{N}_]+/gu);
/** Not the @ of an e-mail address. */
const mentions = ({ body }: Subject): number => count(body, /(?<![\w.@])@\w/g);

interface Counted {
  readonly name: string;
  readonly severity: Rule['severity'];
  readonly limit: number;
  readonly noun: string;
  readonly measure: (subject: Subject) => number;
  readonly fix: string;
  readonly source: string;
}

/** A caption may have so many of something. Stories have no caption; another rule says so. */
function captionMax({ name, severity, limit, noun, measure, fix, source }: Counted): Rule {
  const verb = severity === 'error' ? 'allowed' : 'advised';
  return {
    id: `instagram.caption.${name}`, severity, fix, source,
    find: (subject) => {
      const actual = measure(subject);
      if (subject.params.format === 'story' || actual <= limit) return [];
      return [{ path: 'post.body', message: `The caption has ${actual} ${noun}; ${verb} are at most ${limit}`, limit, actual }];
    },
  };
}

const captionLength = ({ body }: Subject): number => characters(body);

const captionRules: readonly Rule[] = ([
  { name: 'length_max', severity: 'error', limit: 2200, noun: 'characters', measure: captionLength, fix: 'Shorten the caption.', source: captionSource },
  { name: 'hashtags_max', severity: 'error', limit: 30, noun: 'hashtags', measure: hashtags, fix: 'Use fewer hashtags.', source: captionSource },
  { name: 'mentions_max', severity: 'error', limit: 20, noun: 'mentions', measure: mentions, fix: 'Mention fewer accounts.', source: captionSource },
  {
    name: 'hashtags_advised', severity: 'warning', limit: 5, noun: 'hashtags', measure: hashtags,
    fix: 'Instagram has announced a limit of 5 for its app; the API still takes 30.', source: '§1.7 press, 2025-12',
  },
] satisfies readonly Counted[]).map(captionMax);

function mediaRule(id: string, fix: string, source: string, find: (subject: Subject) => Finding | null): Rule {
  return { id, severity: 'error', fix, source, find: (subject) => [find(subject)].filter((finding) => finding !== null) };
}

/** How many files, which kind, and what the text may be. */
export const postRules: readonly Rule[] = [
  mediaRule('instagram.media.required', 'Add a picture or a video.', modelSource, ({ params, media }) =>
    media.length > 0 ? null : { path: 'media', message: `Media is required for ${formatNames[params.format]} on Instagram`, limit: 1, actual: 0 }),
  mediaRule('instagram.post.media_count_max', 'Use at most 10 items.', '§1.2 children, §1.7', ({ params, media }) =>
    params.format !== 'post' || media.length <= 10 ? null
      : { path: 'media', message: `The post has ${media.length} media; a carousel takes 2 to 10`, limit: 10, actual: media.length }),
  mediaRule('instagram.reel.media_count', 'Use exactly one video.', '§1.2 REELS', ({ params, media }) =>
    params.format !== 'reel' || media.length <= 1 ? null
      : { path: 'media', message: `The reel has ${media.length} media; it takes exactly one video`, limit: 1, actual: media.length }),
  mediaRule('instagram.reel.video_required', 'Use a video, or the format post.', '§1.2 REELS', ({ params, media }) =>
    params.format !== 'reel' || media[0]?.kind !== 'image' ? null
      : { path: 'media[0]', message: 'The reel has an image; it takes exactly one video', limit: 'video', actual: 'image' }),
  mediaRule('instagram.story.media_count', 'Use one picture or one video.', '§1.2 STORIES', ({ params, media }) =>
    params.format !== 'story' || media.length <= 1 ? null
      : { path: 'media', message: `The story has ${media.length} media; it takes exactly one`, limit: 1, actual: media.length }),
  mediaRule('instagram.story.content', 'Leave the text out.', modelSource, ({ params, body }) =>
    params.format !== 'story' || body.trim() === '' ? null : { path: 'post.body', message: 'Content is not allowed for story on Instagram' }),
  ...captionRules,
];
