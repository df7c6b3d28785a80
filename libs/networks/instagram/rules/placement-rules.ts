import { formats, type InstagramParams } from '../params/instagram-params.js';
import type { Placement } from '../params/placement.js';
import type { Rule } from './rule.js';

type Param = Exclude<keyof InstagramParams, 'format'>;

/** Which kinds of post take a parameter (§1.2, one column each). */
const belongsTo: readonly (readonly [param: Param, placements: readonly Placement[]])[] = [
  ['fit', ['image', 'carousel', 'reel', 'story']],
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

/** Where a parameter stands in a request. */
export const at = (param: Param, rest = ''): string => `platforms.instagram.${param}${rest}`;

/** Switches whose default is on: there `true` asks for what happens anyway. */
const onByDefault: readonly Param[] = ['share_to_feed', 'comments_enabled'];

function asksForNothing(param: Param, value: InstagramParams[Param]): boolean {
  if (value === undefined || Array.isArray(value)) return value === undefined || value.length === 0;
  return typeof value === 'boolean' && value === onByDefault.includes(param);
}

export const placementRules: readonly Rule[] = belongsTo.map(([param, placements]): Rule => {
  const limit = placements.map((name) => placementNames[name]).join(', ');
  return {
    id: `instagram.${param}.placement`, severity: 'error', formats, subject: param, comparison: 'only_for', values: placements,
    message: `${param} is not possible for {actual} on Instagram; it belongs to: ${limit}`,
    fix: 'Remove it, or change the format.', source: '§1.2 parameter table',
    find: ({ params, placement, media }) => {
      if (media.length === 0 || placements.includes(placement) || asksForNothing(param, params[param])) return [];
      return [{ path: at(param), limit, actual: placementNames[placement] }];
    },
  };
});
