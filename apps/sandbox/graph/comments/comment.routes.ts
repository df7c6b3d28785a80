import type { JsonObject } from '../../http/reply.js';
import type { Comment, Media } from '../../state/entities.js';
import { invalidParameter, unsupportedRequest } from '../graph-error.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { requireReadable } from '../media/read-delay.rules.js';
import { readEdge, readNode } from '../node-read.js';
import { commentNode } from './comment.node.js';
import { COMMENTS_PAGE, repliesTo, topLevelComments } from './comment.order.js';
import { writeComment } from './write-comment.action.js';

const needs = 'manage_comments';

/** §4. A comment belongs to the account whose media it is on: its author's token does not find it (100/33). */
export const commentRoutes: GraphRoute[] = [
  graphRoute('POST', 'media', 'comments', (call, media) => addComment(call, media, null), { needs }),
  graphRoute('GET', 'media', 'comments', (call, media) => listComments(call, media), { needs }),
  graphRoute('POST', 'comment', 'replies', (call, comment) => addComment(call, mediaOf(call, comment), comment), { needs }),
  graphRoute('GET', 'comment', 'replies', (call, comment) => readEdge(call, commentNode, repliesTo(call.store.world, comment), COMMENTS_PAGE), { needs }),
  graphRoute('GET', 'comment', null, (call, comment) => readNode(call, commentNode, comment), { needs }),
  graphRoute('POST', 'comment', null, (call, comment) => hideComment(call, comment), { needs }),
  graphRoute('DELETE', 'comment', null, (call, comment) => deleteComment(call, comment), { needs }),
];

function listComments(call: GraphCall, media: Media): JsonObject {
  requireReadable(call, media);
  return readEdge(call, commentNode, topLevelComments(call.store.world, media.id), COMMENTS_PAGE);
}

async function addComment(call: GraphCall, media: Media, parent: Comment | null): Promise<JsonObject> {
  const text = call.params.text('message');
  if (text === null) throw invalidParameter('The parameter message is required');
  const { user_id, username } = call.account;
  const comment = await writeComment(call.store, { media, parent, authorId: user_id, authorUsername: username, text });
  return { id: comment.id };
}

/** Own comments stay visible even when hidden (§4); hidden ones of other people stay in the owner's lists, with `hidden`. */
async function hideComment(call: GraphCall, comment: Comment): Promise<JsonObject> {
  const isHidden = call.params.boolean('hide');
  if (isHidden === null) throw invalidParameter('The parameter hide is required');
  await call.store.commit({ type: 'comment.hidden', comment_id: comment.id, is_hidden: isHidden });
  return { success: true };
}

async function deleteComment(call: GraphCall, comment: Comment): Promise<JsonObject> {
  await call.store.commit({ type: 'comment.deleted', comment_id: comment.id, at: call.view.now });
  return { success: true };
}

function mediaOf(call: GraphCall, comment: Comment): Media {
  const media = call.store.world.media.get(comment.media_id);
  if (!media) throw unsupportedRequest('POST', comment.id);
  return media;
}
