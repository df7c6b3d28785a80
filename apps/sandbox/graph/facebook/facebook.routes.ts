import type { Account } from '../../state/entities.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { readEdge, readNode } from '../node-read.js';
import { type Page, pageNode } from './page.node.js';
import { listPermissions, revokePermissions } from './permission.edge.js';
import { PAGES_PAGE, personNode } from './person.node.js';

const login = 'facebook';

/** From a person's token to their page and its Instagram account (§0, §8.2). */
export const facebookRoutes: GraphRoute[] = [
  graphRoute('GET', 'person', null, (call, account) => readNode(call, personNode, { id: account.facebook.person_id, name: account.name, page: pageOf(call, account) }), { needs: null, login }),
  graphRoute('GET', 'person', 'accounts', (call, account) => readEdge(call, pageNode, [pageOf(call, account)], PAGES_PAGE), { needs: 'show_pages', login }),
  graphRoute('GET', 'person', 'permissions', listPermissions, { needs: null, login }),
  graphRoute('DELETE', 'person', 'permissions', revokePermissions, { needs: null, login }),
  graphRoute('GET', 'page', null, (call, account) => readNode(call, pageNode, pageOf(call, account)), { needs: 'show_pages', login }),
];

/** A page token shows itself; a person's token shows the one that was made with it. */
function pageOf({ token }: GraphCall, account: Account): Page {
  return { id: account.facebook.page_id, account, accessToken: token.kind === 'page' ? token.token : token.page_token };
}
