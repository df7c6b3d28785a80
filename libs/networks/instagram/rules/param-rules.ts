import type { Format } from '../params/instagram-params.js';
import { at, placementRules } from './placement-rules.js';
import { characters } from './post-rules.js';
import { atMost, type Rule, type Subject } from './rule.js';

/** Where the parameter belongs; elsewhere its placement rule speaks. */
const inFeed: readonly Format[] = ['post', 'reel'];

function listMax(param: 'collaborators' | 'user_tags', limit: number, formats: readonly Format[], source: string): Rule {
  return atMost({
    id: `instagram.${param}.count_max`, severity: 'error', formats, subject: `${param}.count`, unit: 'items', limit,
    message: `${param} has {actual} entries; allowed are at most {limit}`, fix: `Use at most ${limit}.`, source,
    count: ({ params }) => [{ path: at(param), actual: params[param]?.length ?? 0 }],
  });
}

function altTexts({ params }: Subject): { path: string; text: string }[] {
  const given = params.alt_text ?? [];
  return typeof given === 'string' ? [{ path: at('alt_text'), text: given }] : given.map((text, index) => ({ path: at('alt_text', `[${index}]`), text }));
}

const altTextRules: readonly Rule[] = [
  atMost({
    id: 'instagram.alt_text.length_max', severity: 'error', formats: ['post'], subject: 'alt_text.characters', unit: 'characters', limit: 1000,
    message: 'alt_text has {actual} characters; allowed are at most {limit}', fix: 'Shorten the text.', source: '§1.2 alt_text',
    count: (subject) => altTexts(subject).map(({ path, text }) => ({ path, actual: characters(text) })),
  }),
  {
    id: 'instagram.alt_text.count_max', severity: 'error', formats: ['post'], subject: 'alt_text.count', comparison: 'max', unit: 'items', relativeTo: 'media.count',
    message: 'alt_text has {actual} entries for {limit} media', fix: 'Give one text per item.', source: 'api-surface §5',
    find: ({ params, media }) => {
      const actual = Array.isArray(params.alt_text) ? params.alt_text.length : 0;
      return actual <= Math.max(media.length, 1) ? [] : [{ path: at('alt_text'), limit: media.length, actual }];
    },
  },
  {
    id: 'instagram.alt_text.video_ignored', severity: 'warning', formats: ['post'], media: 'video', subject: 'alt_text', comparison: 'forbidden',
    message: 'The alternative text is left out: Instagram takes them for images only', fix: 'Use "" in the place of a video.', source: '§1.2 alt_text',
    find: ({ params, media, placement }) => {
      const texts = placement === 'carousel' && Array.isArray(params.alt_text) ? params.alt_text : [];
      return texts.flatMap((text, index) => (text !== '' && media[index]?.kind === 'video' ? [{ path: at('alt_text', `[${index}]`) }] : []));
    },
  },
];

const fitRule: Rule = {
  id: 'instagram.fit.count_max', severity: 'error', formats: ['post', 'reel', 'story'], subject: 'fit.count', comparison: 'max', unit: 'items', relativeTo: 'media.count',
  message: 'fit has {actual} entries for {limit} media', fix: 'Give one per item, or one for all.', source: 'own parameter',
  find: ({ params, media }) => {
    const actual = Array.isArray(params.fit) ? params.fit.length : 0;
    return actual <= Math.max(media.length, 1) ? [] : [{ path: at('fit'), limit: media.length, actual }];
  },
};

const coverRules: readonly Rule[] = [
  {
    id: 'instagram.thumb_offset.max', severity: 'error', formats: inFeed, media: 'video', subject: 'thumb_offset', comparison: 'below', unit: 'ms', relativeTo: 'video_duration',
    message: 'thumb_offset is {actual} ms; the video ends at {limit} ms', fix: 'Choose a moment before the end of the video.', source: '§1.2 thumb_offset; §2.3 1/2207057',
    find: ({ params, media }) => {
      const length = media[0]?.video?.durationMs;
      const actual = params.thumb_offset;
      if (actual === undefined || length === undefined || params.cover_url !== undefined || actual < length) return [];
      return [{ path: at('thumb_offset'), limit: length, actual }];
    },
  },
  {
    id: 'instagram.thumb_offset.cover_wins', severity: 'warning', formats: inFeed, media: 'video', subject: 'thumb_offset', comparison: 'forbidden', relativeTo: 'cover_url',
    message: 'thumb_offset is left out: the cover is used', fix: 'Give one of thumb_offset and cover_url.', source: '§1.2 cover_url',
    find: ({ params, placement }) => (placement === 'reel' && params.thumb_offset !== undefined && params.cover_url !== undefined ? [{ path: at('thumb_offset') }] : []),
  },
];

const switchRules: readonly Rule[] = [
  {
    id: 'instagram.share_to_feed.always', severity: 'warning', formats: ['post'], media: 'video', subject: 'share_to_feed', comparison: 'one_of', values: ['true'],
    message: 'share_to_feed is left out: a video of the format post is always shared to the feed', fix: 'Use the format reel.', source: '§1.2 share_to_feed; docs/posts.md',
    find: ({ params, placement }) => (placement === 'reel' && params.share_to_feed === false ? [{ path: at('share_to_feed'), limit: 'true', actual: 'false' }] : []),
  },
  {
    id: 'instagram.comments_enabled.unavailable', severity: 'error', formats: ['post', 'reel', 'story'], subject: 'comments_enabled', comparison: 'one_of', values: ['true'],
    message: 'Switching comments off is not available yet', fix: 'Switch comments off in the Instagram app.', source: 'own gap',
    find: ({ params }) => (params.comments_enabled === false ? [{ path: at('comments_enabled') }] : []),
  },
];

export const paramRules: readonly Rule[] = [
  ...placementRules,
  listMax('collaborators', 3, inFeed, '§1.2 collaborators'),
  listMax('user_tags', 20, ['post', 'reel', 'story'], '§2.3 100/2207040'),
  atMost({
    id: 'instagram.first_comment.length_max', severity: 'error', formats: inFeed, subject: 'first_comment.characters', unit: 'characters', limit: 2196,
    message: 'first_comment has {actual} characters; allowed are at most {limit}', fix: 'Shorten the comment.', source: '§1.7; api-surface §5',
    count: ({ params }) => [{ path: at('first_comment'), actual: characters(params.first_comment ?? '') }],
  }),
  fitRule,
  ...altTextRules,
  ...coverRules,
  ...switchRules,
];
