import type { Media } from '../../state/entities.js';
import { invalidParameter } from '../graph-error.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { readEdge, readNode } from '../node-read.js';
import { childrenOf, mediaNode } from './media.node.js';

/** §1.8: at most the 10,000 most recent are listed. The size of a page is not documented; 25 and 100 are Graph's usual. */
const LISTED = 10_000;
const PAGE = { fallback: 25, max: 100 };

export const mediaRoutes: GraphRoute[] = [
  graphRoute('GET', 'media', null, (call, media) => readNode(call, mediaNode, media)),
  graphRoute('GET', 'media', 'children', (call, media) => readEdge(call, mediaNode, childrenOf(media, call.store.world.media) ?? [], PAGE)),
  graphRoute('GET', 'user', 'media', (call, account) => readEdge(call, mediaNode, listPosts(call, account.user_id), PAGE)),
];

/** Newest first, without stories; `since` and `until` are Unix seconds (§1.8). */
function listPosts(call: GraphCall, userId: string): Media[] {
  const since = call.params.integer('since') ?? 0;
  const until = call.params.integer('until') ?? Number.MAX_SAFE_INTEGER;
  if (since > until) throw invalidParameter('since must not be after until');
  const posts = (call.store.world.postsOf.get(userId) ?? []).filter((post) => {
    const second = Math.floor(post.published_at / 1000);
    return post.media_product_type !== 'STORY' && second >= since && second <= until;
  });
  return posts.reverse().slice(0, LISTED);
}
