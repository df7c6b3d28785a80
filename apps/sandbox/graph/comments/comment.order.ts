import type { Comment } from '../../state/entities.js';
import type { World } from '../../state/world.js';

/** §4: 50 per page at most, also inside of another node. How many without `limit` is not documented. */
export const COMMENTS_PAGE = { fallback: 25, max: 50 };

/** §4: the comments edge lists top-level comments only, newest first. */
export function topLevelComments(world: World, mediaId: string): Comment[] {
  return (world.commentsOf.get(mediaId) ?? []).filter((comment) => comment.parent_id === null).reverse();
}

/** Oldest first, as a conversation is read; the order is not documented. */
export function repliesTo(world: World, comment: Comment): Comment[] {
  return (world.commentsOf.get(comment.media_id) ?? []).filter((reply) => reply.parent_id === comment.id);
}
