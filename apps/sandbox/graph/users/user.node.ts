import type { Account } from '../../state/entities.js';
import { NodeType, valueField } from '../node-type.js';

/** Professional account as `/me` and `/{ig-user}` show it (§0). `id` is app-scoped, `user_id` is the one paths take. */
export const userNode = new NodeType<Account>('InstagramUser', ['id'], {
  id: valueField((account) => account.id),
  user_id: valueField((account) => account.user_id),
  username: valueField((account) => account.username),
  name: valueField((account) => account.name),
  account_type: valueField((account) => account.account_type),
  profile_picture_url: valueField((account, view) => `${view.publicUrl}/avatar/${account.user_id}.svg`),
  followers_count: valueField((account) => account.followers_count),
  follows_count: valueField((account) => account.follows_count),
  media_count: valueField((account, view) => (view.world.postsOf.get(account.user_id) ?? []).filter((post) => post.media_product_type !== 'STORY').length),
});
