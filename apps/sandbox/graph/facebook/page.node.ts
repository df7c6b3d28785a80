import type { Account } from '../../state/entities.js';
import { needing, nodeField, NodeType, valueField } from '../node-type.js';
import { userNode } from '../users/user.node.js';

/** A page as one token sees it. */
export interface Page {
  id: string;
  account: Account;
  /** null: this token has none to give. */
  accessToken: string | null;
}

/** The page an account is linked to (§0, §8.2). What `/me/accounts` answers without `fields` is recalled; the page's category is not simulated. */
export const pageNode = new NodeType<Page>('Page', ['access_token', 'name', 'id'], {
  id: valueField((page) => page.id),
  name: valueField((page) => page.account.name),
  access_token: valueField((page) => page.accessToken ?? undefined),
  instagram_business_account: needing('basic', nodeField(() => userNode, (page) => page.account)),
});
