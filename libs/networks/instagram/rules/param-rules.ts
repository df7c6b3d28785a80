import type { InstagramParams } from '../params/instagram-params.js';
import type { Placement } from '../params/placement.js';
import { characters } from './post-rules.js';
import type { Finding, Rule, Subject } from './rule.js';

type Param = Exclude<keyof InstagramParams, 'format'>;

/** Which kinds of post take a parameter (§1.2, one column each). */
const belongsTo: readonly (readonly [param: Param, placements: readonly Placement[]])[] = [
  ['first_comment', ['image', 'carousel', 'reel']],
  ['collaborators', ['image', 'carousel', 'reel']],
  ['user_tags', ['image', 'carousel', 'reel', 'story']],
  ['cover_url', ['reel']],
  ['audio_name', ['reel']],
  ['trial_strategy', ['reel']],
  ['thumb_offset', ['reel']],
  ['location_id', ['image', 'carousel', 'reel']],
  ['alt_text', ['image', 'carousel']],
  ['share_to_feed', ['reel']],
  ['comments_enabled', ['image', 'carousel', 'reel']],
  ['is_ai_generated', ['image', 'carousel', 'reel', 'story']],
];

const placementNames: Readonly<Record<Placement, string>> = {
  image: 'image post', carousel: 'carousel', reel: 'reel', story: 'story',
};

const at = (param: Param, rest = ''): string => `platforms.instagram.${param}${rest}`;

/** Switches whose default is on: there `true` asks for what happens anyway. */
const onByDefault: readonly Param[] = ['share_to_feed', 'comments_enabled'];

function asksForNothing(param: Param, value: InstagramParams[Param]): boolean {
  if (value === undefined || Array.isArray(value)) return value === undefined || value.length === 0;
  return typeof value === 'boolean' && value === onByDefault.includes(param);
}

const placementRules = belongsTo.map(([param, placements]): Rule => ({
  id: `instagram.${param}.placement`,
  severity: 'error',
  fix: 'Remove it, or change the format.',
  source: '§1.2 parameter table',
  find: ({ params, placement, media }) => {
    if (media.length === 0 || placements.includes(placement) || asksForNothing(param, params[param])) return [];
    const limit = placements.map((name) => placementNames[name]).join(', ');
    const actual = placementNames[placement];
    return [{ path: at(param), message: `${param} is not possible for ${actual} on Instagram; it belongs to: ${limit}`, limit, actual }];
  },
}));

function listMax(param: 'collaborators' | 'user_tags', limit: number, source: string): Rule {
  return {
    id: `instagram.${param}.count_max`, severity: 'error', fix: `Use at most ${limit}.`, source,
    find: ({ params }) => {
      const actual = params[param]?.length ?? 0;
      return actual <= limit ? [] : [{ path: at(param), message: `${param} has ${actual} entries; allowed are at most ${limit}`, limit, actual }];
    },
  };
}

function textTooLong(path: string, name: string, text: string, limit: number): readonly Finding[] {
  const actual = characters(text);
  return actual <= limit ? [] : [{ path, message: `${name} has ${actual} characters; allowed are at most ${limit}`, limit, actual }];
}

function altTexts({ params }: Subject): readonly string[] {
  return typeof params.alt_text === 'string' ? [params.alt_text] : (params.alt_text ?? []);
}

const limitRules: readonly Rule[] = [
  listMax('collaborators', 3, '§1.2 collaborators'),
  listMax('user_tags', 20, '§2.3 100/2207040'),
  {
    id: 'instagram.first_comment.length_max', severity: 'error', fix: 'Shorten the comment.', source: '§1.7; api-surface §5',
    find: ({ params }) => textTooLong(at('first_comment'), 'first_comment', params.first_comment ?? '', 2196),
  },
  {
    id: 'instagram.alt_text.length_max', severity: 'error', fix: 'Shorten the text.', source: '§1.2 alt_text',
    find: (subject) => altTexts(subject).flatMap((text, index) =>
      textTooLong(at('alt_text', Array.isArray(subject.params.alt_text) ? `[${index}]` : ''), 'alt_text', text, 1000)),
  },
  {
    id: 'instagram.alt_text.count_max', severity: 'error', fix: 'Give one text per item.', source: 'api-surface §5',
    find: ({ params, media }) => {
      const actual = Array.isArray(params.alt_text) ? params.alt_text.length : 0;
      return actual <= Math.max(media.length, 1) ? []
        : [{ path: at('alt_text'), message: `alt_text has ${actual} entries for ${media.length} media`, limit: media.length, actual }];
    },
  },
  {
    id: 'instagram.thumb_offset.max', severity: 'error', fix: 'Choose a moment before the end of the video.', source: '§1.2 thumb_offset; §2.3 1/2207057',
    find: ({ params, media }) => {
      const length = media[0]?.video?.durationMs;
      const actual = params.thumb_offset;
      if (actual === undefined || length === undefined || params.cover_url !== undefined || actual < length) return [];
      return [{ path: at('thumb_offset'), message: `thumb_offset is ${actual} ms; the video ends at ${length} ms`, limit: length, actual }];
    },
  },
  {
    id: 'instagram.comments_enabled.unavailable', severity: 'error', fix: 'Switch comments off in the Instagram app.', source: 'own gap',
    find: ({ params }) => (params.comments_enabled === false
      ? [{ path: at('comments_enabled'), message: 'Switching comments off is not available yet' }] : []),
  },
];

export const paramRules: readonly Rule[] = [...placementRules, ...limitRules];
