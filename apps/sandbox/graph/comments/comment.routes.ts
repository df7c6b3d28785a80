import type { JsonObject } from '../../http/reply.js';
import type { Comment, Media } from '../../state/entities.js';
import { invalidParameter } from '../graph-error.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { readEdge, readNode } from '../node-read.js';
import { commentNode } from './comment.node.js';
import { repliesTo, topLevelComments } from './comment.order.js';

/** §4: max 50 per page. */
const PAGE = { fallback: 25, max: 50 };
/** §4: the Graph docs state no limit; 2,200 is the product's. Refused with code 100, and nothing else is. */
const MAX_CHARACTERS = 2200;

export const commentRoutes: GraphRoute[] = [
  graphRoute('POST', 'media', 'comments', (call, media) => addComment(call, media.id, media.user_id, null), { needs: 'manage_comments' }),
  graphRoute('GET', 'media', 'comments', (call, media) => listComments(call, media), { needs: 'manage_comments' }),
  graphRoute('POST', 'comment', 'replies', (call, comment) => addReply(call, comment), { needs: 'manage_comments' }),
  graphRoute('GET', 'comment', 'replies', (call, comment) => readEdge(call, commentNode, repliesTo(call.store.world, comment), PAGE), { needs: 'manage_comments' }),
  graphRoute('GET', 'comment', null, (call, comment) => readNode(call, commentNode, comment), { needs: 'manage_comments' }),
];

function listComments(call: GraphCall, media: Media): JsonObject {
  return readEdge(call, commentNode, topLevelComments(call.store.world, media.id), PAGE);
}

/** Only one level of nesting: a reply to a reply is attached to the top-level comment (§4). */
function addReply(call: GraphCall, comment: Comment): Promise<JsonObject> {
  if (comment.hidden) throw invalidParameter('Cannot reply to a hidden comment');
  return addComment(call, comment.media_id, comment.user_id, comment.parent_id ?? comment.id);
}

async function addComment(call: GraphCall, mediaId: string, ownerId: string, parentId: string | null): Promise<JsonObject> {
  const text = call.params.text('message');
  if (text === null) throw invalidParameter('The parameter message is required');
  if ([...text].length > MAX_CHARACTERS) throw invalidParameter(`A comment may have ${String(MAX_CHARACTERS)} characters at most`);
  const comment: Comment = {
    id: call.store.world.newId('comment'), media_id: mediaId, user_id: ownerId,
    author_id: call.account.user_id, author_username: call.account.username,
    parent_id: parentId, text, created_at: call.view.now, hidden: false,
  };
  await call.store.commit({ type: 'comment.created', comment });
  return { id: comment.id };
}
