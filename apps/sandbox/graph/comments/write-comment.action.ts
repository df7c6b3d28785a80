import type { Comment, Media } from '../../state/entities.js';
import type { Store } from '../../state/store.js';
import { invalidParameter, unsupportedRequest } from '../graph-error.js';

/** §4: the Graph docs state no limit; 2,200 is the product's. Refused with code 100, and nothing else is. */
const MAX_CHARACTERS = 2200;

export interface NewComment {
  media: Media;
  /** The comment it answers; null = a top-level comment. */
  parent: Comment | null;
  authorId: string;
  authorUsername: string;
  text: string;
}

/**
 * A comment by anybody: the account through the API, or other people through the control door. Throws a `GraphError` of code
 * 100: comments switched off, text too long, parent hidden; and 100/33 where no comments exist.
 */
export async function writeComment(store: Store, { media, parent, authorId, authorUsername, text }: NewComment): Promise<Comment> {
  // Not documented; nothing in the app shows comments of stories or of single album items.
  if (media.parent_id !== null || media.media_product_type === 'STORY') throw unsupportedRequest('POST', media.id);
  if (!media.is_comment_enabled) throw invalidParameter('Comments are switched off for this media');
  const top = parent && store.world.comments.get(parent.parent_id ?? parent.id);
  if (parent?.hidden === true || top?.hidden === true) throw invalidParameter('Cannot reply to a hidden comment');
  if ([...text].length > MAX_CHARACTERS) throw invalidParameter(`A comment may have ${String(MAX_CHARACTERS)} characters at most`);
  const comment: Comment = {
    id: store.world.newId('comment'), media_id: media.id, user_id: media.user_id,
    author_id: authorId, author_username: authorUsername,
    // Only one level of nesting: a reply to a reply is attached to the top-level comment (§4).
    parent_id: parent === null ? null : parent.parent_id ?? parent.id,
    text, created_at: store.clock.now(), hidden: false, deleted_at: null,
  };
  await store.commit({ type: 'comment.created', comment });
  return comment;
}
