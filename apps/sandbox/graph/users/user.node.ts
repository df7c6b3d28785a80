import type { Account } from '../../state/entities.js';
import { cdnLink } from '../media/cdn-link.js';
import { mediaNode } from '../media/media.node.js';
import { MEDIA_PAGE, postsOf, storiesOf } from '../media/post.order.js';
import { NodeType, onlyWith, pagedEdgeField, valueField } from '../node-type.js';

/**
 * Professional account as `/me` and `/{ig-user}` show it (§0). With Instagram Login `id` is app-scoped and `user_id` is the one
 * paths take; with Facebook Login `id` is that one, and `user_id` and `account_type` do not exist.
 */
export const userNode: NodeType<Account> = new NodeType<Account>('InstagramUser', ['id'], {
  id: valueField((account, view) => (view.login === 'facebook' ? account.user_id : account.id)),
  user_id: onlyWith('instagram', valueField((account) => account.user_id)),
  // The id Instagram itself uses; derived, as it leads nowhere.
  ig_id: onlyWith('facebook', valueField((account) => `5${account.user_id.slice(7)}`)),
  username: valueField((account) => account.username),
  name: valueField((account) => account.name),
  account_type: onlyWith('instagram', valueField((account) => account.account_type)),
  // Left out where the account has not filled them in.
  biography: valueField((account) => account.biography ?? undefined),
  website: valueField((account) => account.website ?? undefined),
  profile_picture_url: valueField((account, view) => cdnLink(view, `/avatar/${account.user_id}.svg`)),
  followers_count: valueField((account) => account.followers_count),
  follows_count: valueField((account) => account.follows_count),
  media_count: valueField((account, view) => (view.world.postsOf.get(account.user_id) ?? []).filter((post) => post.media_product_type !== 'STORY').length),
  media: pagedEdgeField('media', () => mediaNode, (account, view) => postsOf(view.world, account.user_id), MEDIA_PAGE, idInPaths),
  stories: pagedEdgeField('stories', () => mediaNode, (account, view) => storiesOf(view.world, account.user_id, view.now), MEDIA_PAGE, idInPaths),
});

function idInPaths(account: Account): string {
  return account.user_id;
}
