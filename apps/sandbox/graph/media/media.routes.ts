import type { Media } from '../../state/entities.js';
import { invalidParameter } from '../graph-error.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { readEdge, readNode } from '../node-read.js';
import { deleteMedia, switchComments } from './media-change.action.js';
import { childrenOf, mediaNode } from './media.node.js';
import { MEDIA_PAGE, postsOf, storiesOf } from './post.order.js';
import { requireReadable } from './read-delay.rules.js';

export const mediaRoutes: GraphRoute[] = [
  graphRoute('GET', 'media', null, (call, media) => { requireReadable(call, media); return readNode(call, mediaNode, media); }),
  graphRoute('GET', 'media', 'children', (call, media) => { requireReadable(call, media); return readEdge(call, mediaNode, childrenOf(media, call.store.world.media) ?? [], MEDIA_PAGE); }),
  graphRoute('GET', 'user', 'media', (call, account) => readEdge(call, mediaNode, listPosts(call, account.user_id), MEDIA_PAGE)),
  graphRoute('GET', 'user', 'stories', (call, account) => readEdge(call, mediaNode, storiesOf(call.store.world, account.user_id, call.view.now), MEDIA_PAGE)),
  graphRoute('POST', 'media', null, switchComments, { needs: 'manage_comments' }),
  graphRoute('DELETE', 'media', null, deleteMedia, { needs: 'manage_contents', login: 'facebook' }),
];

function listPosts({ params, store }: GraphCall, userId: string): Media[] {
  const [since, until] = [params.integer('since') ?? 0, params.integer('until') ?? Number.MAX_SAFE_INTEGER];
  if (since > until) throw invalidParameter('since must not be after until');
  return postsOf(store.world, userId, since, until);
}
