import type { Comment } from '../../state/entities.js';
import { graphTime } from '../graph-time.js';
import { nodeField, NodeType, pagedEdgeField, valueField } from '../node-type.js';
import { COMMENTS_PAGE, repliesTo } from './comment.order.js';

interface Author {
  id: string;
  username: string;
}

const authorNode = new NodeType<Author>('InstagramUser', ['id', 'username'], {
  id: valueField((author) => author.id),
  username: valueField((author) => author.username),
});

/** §4: "id only". */
const appUserNode = new NodeType<{ id: string }>('InstagramUser', ['id'], { id: valueField((user) => user.id) });

const commentedMediaNode = new NodeType<{ id: string; product: string }>('Media', ['id', 'media_product_type'], {
  id: valueField((media) => media.id),
  media_product_type: valueField((media) => media.product),
});

/** Comment node (§4): default fields `id,text,timestamp`; `user` only when the app user wrote it. */
export const commentNode: NodeType<Comment> = new NodeType<Comment>('Comment', ['id', 'text', 'timestamp'], {
  id: valueField((comment) => comment.id),
  text: valueField((comment) => comment.text),
  timestamp: valueField((comment) => graphTime(comment.created_at)),
  username: valueField((comment) => comment.author_username),
  from: nodeField(() => authorNode, (comment) => ({ id: comment.author_id, username: comment.author_username })),
  user: nodeField(() => appUserNode, (comment) => (comment.author_id === comment.user_id ? { id: comment.author_id } : undefined)),
  like_count: valueField(() => 0),
  hidden: valueField((comment) => comment.hidden),
  parent_id: valueField((comment) => comment.parent_id ?? undefined),
  replies: pagedEdgeField('replies', () => commentNode, (comment, view) => {
    const replies = repliesTo(view.world, comment);
    return replies.length > 0 ? replies : undefined;
  }, COMMENTS_PAGE),
  media: nodeField(() => commentedMediaNode, (comment, view) => {
    const media = view.world.media.get(comment.media_id);
    return media && { id: media.id, product: media.media_product_type };
  }),
  legacy_instagram_comment_id: valueField((comment) => comment.id),
});
