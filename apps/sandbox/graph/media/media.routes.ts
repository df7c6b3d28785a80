import type { Media } from '../../state/entities.js';
import { invalidParameter } from '../graph-error.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { readEdge, readNode } from '../node-read.js';
import { deleteMedia, switchComments } from './media-change.action.js';
import { childrenOf, mediaNode } from './media.node.js';
import { requireReadable } from './read-delay.rules.js';

/** §1.8: at most the 10,000 most recent are listed. The size of a page is not documented; 25 and 100 are Graph's usual. */
const LISTED = 10_000;
const PAGE = { fallback: 25, max: 100 };

export const mediaRoutes: GraphRoute[] = [
  graphRoute('GET', 'media', null, (call, media) => { requireReadable(call, media); return readNode(call, mediaNode, media); }),
  graphRoute('GET', 'media', 'children', (call, media) => { requireReadable(call, media); return readEdge(call, mediaNode, childrenOf(media, call.store.world.media) ?? [], PAGE); }),
  graphRoute('GET', 'user', 'media', (call, account) => readEdge(call, mediaNode, listPosts(call, account.user_id), PAGE)),
  graphRoute('POST', 'media', null, switchComments, { needs: 'manage_comments' }),
  graphRoute('DELETE', 'media', null, deleteMedia, { needs: 'manage_contents', login: 'facebook' }),
];

/** Newest first, without stories; `since` and `until` are Unix seconds (§1.8). */
function listPosts(call: GraphCall, userId: string): Media[] {
  const since = call.params.integer('since') ?? 0;
  const until = call.params.integer('until') ?? Number.MAX_SAFE_INTEGER;
  if (since > until) throw invalidParameter('since must not be after until');
  const posts = call.store.world.postsOf.get(userId) ?? [];
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
