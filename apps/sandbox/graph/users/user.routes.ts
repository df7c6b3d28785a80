import { graphRoute, type GraphRoute } from '../graph-route.js';
import { readNode } from '../node-read.js';
import { userNode } from './user.node.js';

export const userRoutes: GraphRoute[] = [
  graphRoute('GET', 'user', null, (call, account) => readNode(call, userNode, account)),
];
