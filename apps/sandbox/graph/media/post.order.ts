import type { Media } from '../../state/entities.js';
import type { World } from '../../state/world.js';

/** §1.8: at most the 10,000 most recent are listed. */
const LISTED = 10_000;
const STORY_LIFE_MS = 24 * 60 * 60 * 1000;

/** How many on a page is not documented; 25 and 100 are Graph's usual. */
export const MEDIA_PAGE = { fallback: 25, max: 100 };

/** Newest first, without stories; `since` and `until` are Unix seconds (§1.8). */
export function postsOf(world: World, userId: string, since = 0, until = Number.MAX_SAFE_INTEGER): Media[] {
  const posts = world.postsOf.get(userId) ?? [];
  const listed: Media[] = [];
  // From the newest back, and no further than the answer can reach.
  for (let index = posts.length - 1; index >= 0 && listed.length < LISTED; index -= 1) {
    const post = posts[index];
    const second = Math.floor((post?.published_at ?? 0) / 1000);
    if (!post || second < since) break;
    if (post.media_product_type !== 'STORY' && second <= until) listed.push(post);
  }
  return listed;
}

/** §9.1: stories of the last 24 h; newest first, which is not documented. */
export function storiesOf(world: World, userId: string, now: number): Media[] {
  const posts = world.postsOf.get(userId) ?? [];
  const listed: Media[] = [];
  for (let index = posts.length - 1; index >= 0; index -= 1) {
    const post = posts[index];
    if (!post || post.published_at <= now - STORY_LIFE_MS) break;
    if (post.media_product_type === 'STORY') listed.push(post);
  }
  return listed;
}
