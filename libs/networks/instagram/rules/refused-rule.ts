import type { PostValidation } from '#networks/port/social-network';
import { findErrorRow } from '../errors/error-table.js';
import { judgePost } from './judge.js';

const anyOfVideos = /^instagram[.](post|reel|story)[.](?!image_|aspect_|media_count|video_required|video_side_min|content)/;

/** Which rules' breaking a refusal can be about, by its subcode (§2.3). */
const rulesBySubcode: ReadonlyMap<number, RegExp> = new Map([
  [2207004, /[.]image_size_max$/],
  [2207005, /[.]image_type$/],
  [2207009, /^instagram[.]post[.]aspect_/],
  [2207010, /^instagram[.]caption[.]/],
  [2207028, /[.]media_count/],
  [2207040, /^instagram[.](user_tags[.]count_max|caption[.]mentions_max)$/],
  [2207057, /^instagram[.]thumb_offset[.]max$/],
  ...[2207026, 2207053, 2207076, 2207082, 2207085].map((subcode) => [subcode, anyOfVideos] as const),
]);

/** The first rule, as Meta documents it, that the post breaks and the refusal can be about: most often one that it was warned of. */
export const ruleOfRefusal: PostValidation['ruleOf'] = (content, { code, subcode }) => {
  const rules = rulesBySubcode.get(findErrorRow(code, subcode)?.subcode ?? NaN);
  if (!rules) return null;
  const { violations, warnings } = judgePost(content, 'documented');
  return [...violations, ...warnings].find(({ rule }) => rules.test(rule))?.rule ?? null;
};
