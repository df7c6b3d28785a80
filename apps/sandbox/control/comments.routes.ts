import { igScopedId } from '../graph/comments/ig-scoped-id.js';
import { writeComment } from '../graph/comments/write-comment.action.js';
import { GraphError } from '../graph/graph-error.js';
import type { Account, Comment, Media } from '../state/entities.js';
import type { Store } from '../state/store.js';
import { USERNAME } from './account.shapes.js';
import { getAccount } from './account.view.js';
import { ControlError } from './control-error.js';
import { controlRoute, type ControlRoute } from './control-route.js';
import { LEDGER_COMMENT } from './ledger.shape.js';
import { commentRow } from './ledger.view.js';
import { object } from './object.shape.js';
import { described, named, optional, text } from './shape.js';

const NEW_COMMENT = named('NewComment', object({
  media_id: text(),
  username: described(USERNAME, 'of another person'),
  text: text({ pattern: /^[^]{1,2200}$/u, what: 'a text of 1 to 2,200 characters' }),
  parent_id: optional(described(text(), 'the comment it answers')),
}));

export const commentRoutes: ControlRoute[] = [
  controlRoute({
    id: 'writeComment', method: 'POST', path: '/accounts/{user_id}/comments', tag: 'accounts', summary: 'Another person comments on a post of the account.',
    body: NEW_COMMENT, status: 201, answer: LEDGER_COMMENT, refusals: [404, 409],
    handle: async ({ store }, { params, body }) => {
      const account = getAccount(store, params['user_id']);
      const { media, parent } = placeOf(store, account, body.media_id, body.parent_id ?? null);
      if (body.username.toLowerCase() === account.username.toLowerCase()) {
        throw new ControlError(409, `username must be another person's: ${account.username} comments through the API`);
      }
      return commentRow(await written(store, { media, parent, authorId: igScopedId(account.user_id, body.username), authorUsername: body.username, text: body.text }));
    },
  }),
];

function placeOf(store: Store, account: Account, mediaId: string, parentId: string | null): { media: Media; parent: Comment | null } {
  const media = store.world.media.get(mediaId);
  if (media?.user_id !== account.user_id) throw new ControlError(404, `${account.username} has no media ${mediaId}; its ledger lists them`);
  if (parentId === null) return { media, parent: null };
  const parent = store.world.comments.get(parentId);
  if (parent?.media_id !== media.id) throw new ControlError(404, `media ${mediaId} has no comment ${parentId}; the ledger of ${account.username} lists them`);
  return { media, parent };
}

/** Instagram's reasons to refuse a comment hold for everybody. */
async function written(...args: Parameters<typeof writeComment>): Promise<Comment> {
  try {
    return await writeComment(...args);
  } catch (error) {
    if (error instanceof GraphError) throw new ControlError(409, error.message);
    throw error;
  }
}
