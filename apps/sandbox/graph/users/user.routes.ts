import type { JsonObject } from '../../http/reply.js';
import type { Account } from '../../state/entities.js';
import { type GraphCall, graphRoute, type GraphRoute } from '../graph-route.js';
import { readNode } from '../node-read.js';
import { userNode } from './user.node.js';

export const userRoutes: GraphRoute[] = [
  graphRoute('GET', 'user', null, readUser),
];

/** `/me` of Instagram Login is documented as wrapped and observed flat, like the token endpoint; `/{ig-user}` is always flat (§8.1, point 3). */
function readUser(call: GraphCall, account: Account): JsonObject {
  const user = readNode(call, userNode, account);
  const isWrapped = call.login === 'instagram' && account.settings.oauth_shape === 'wrapped' && /\/me\/?$/u.test(call.path);
  return isWrapped ? { data: [user] } : user;
}
