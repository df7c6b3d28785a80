import { formats, type Format } from '../params/instagram-params.js';
import { atMost, type CountingRule, type Rule, type Subject } from './rule.js';

/** As the model's sentences name the formats. */
const formatNames: Readonly<Record<Format, string>> = { post: 'feed post', reel: 'reel', story: 'story' };

const captionSource = '§1.2 Meta: IG User Media, caption';
const modelSource = 'api-surface §3, §5';

/** In code points: what Instagram counts in is not documented (§1.7). */
export function characters(text: string): number {
  return [...text].length;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
/** Letters, digits, underscores and emoji, of which at least one; a `#` alone is none. What exactly Instagram counts is not documented. */
const hashtags = ({ body }: Subject): number => count(body, /[#＃][\p{L}\p{N}\p{Extended_Pictographic}_]+/gu);
/** Not the @ of an e-mail address. */
const mentions = ({ body }: Subject): number => count(body, /(?<![\w.@])@\w/g);
const length = ({ body }: Subject): number => characters(body);

interface Counted extends Pick<CountingRule, 'id' | 'severity' | 'limit' | 'fix' | 'source'> {
  readonly noun: 'characters' | 'hashtags' | 'mentions';
  readonly measure: (subject: Subject) => number;
}

/** A caption may have so many of something. Stories have no caption; another rule says so. */
function captionMax({ noun, measure, ...rule }: Counted): Rule {
  const verb = rule.severity === 'error' ? 'allowed' : 'advised';
  return atMost({
    ...rule, formats: ['post', 'reel'], subject: `caption.${noun}`, unit: noun === 'characters' ? 'characters' : 'items',
    message: `The caption has {actual} ${noun}; ${verb} are at most {limit}`,
    count: (subject) => [{ path: 'post.body', actual: measure(subject) }],
  });
}

const captionRules: readonly Rule[] = ([
  { id: 'instagram.caption.length_max', severity: 'error', limit: 2200, noun: 'characters', measure: length, fix: 'Shorten the caption.', source: captionSource },
  { id: 'instagram.caption.hashtags_max', severity: 'error', limit: 30, noun: 'hashtags', measure: hashtags, fix: 'Use fewer hashtags.', source: captionSource },
  { id: 'instagram.caption.mentions_max', severity: 'error', limit: 20, noun: 'mentions', measure: mentions, fix: 'Mention fewer accounts.', source: captionSource },
  {
    id: 'instagram.caption.hashtags_advised', severity: 'warning', limit: 5, noun: 'hashtags', measure: hashtags,
    fix: 'Instagram has announced a limit of 5 for its app; the API still takes 30.', source: '§1.7 press, 2025-12',
  },
] satisfies readonly Counted[]).map(captionMax);

const mediaCount = ({ media }: Subject): { path: string; actual: number }[] => [{ path: 'media', actual: media.length }];

function mediaMax(format: Format, name: string, limit: number, message: string, fix: string, source: string): Rule {
  return atMost({ id: `instagram.${format}.${name}`, severity: 'error', formats: [format], subject: 'media.count', unit: 'items', limit, message, fix, source, count: mediaCount });
}

/** How many files, which kind, and what the text may be. */
export const postRules: readonly Rule[] = [
  {
    id: 'instagram.media.required', severity: 'error', formats, subject: 'media.count', comparison: 'min', unit: 'items', limit: 1,
    message: 'Media is required for {format} on Instagram', fix: 'Add a picture or a video.', source: modelSource,
    find: ({ params, media }) => (media.length > 0 ? [] : [{ path: 'media', actual: 0, words: { format: formatNames[params.format] } }]),
  },
  mediaMax('post', 'media_count_max', 10, 'The post has {actual} media; a carousel takes 2 to 10', 'Use at most 10 items.', '§1.2 children, §1.7'),
  mediaMax('reel', 'media_count', 1, 'The reel has {actual} media; it takes exactly one video', 'Use exactly one video.', '§1.2 REELS'),
  {
    id: 'instagram.reel.video_required', severity: 'error', formats: ['reel'], media: 'image', subject: 'media.kind', comparison: 'one_of', values: ['video'],
    message: 'The reel has an image; it takes exactly one video', fix: 'Use a video, or the format post.', source: '§1.2 REELS',
    find: ({ media }) => (media[0]?.kind === 'image' ? [{ path: 'media[0]', limit: 'video', actual: 'image' }] : []),
  },
  mediaMax('story', 'media_count', 1, 'The story has {actual} media; it takes exactly one', 'Use one picture or one video.', '§1.2 STORIES'),
  {
    id: 'instagram.story.content', severity: 'error', formats: ['story'], subject: 'caption', comparison: 'forbidden',
    message: 'Content is not allowed for story on Instagram', fix: 'Leave the text out.', source: modelSource,
    find: ({ body }) => (body.trim() === '' ? [] : [{ path: 'post.body' }]),
  },
  ...captionRules,
];
