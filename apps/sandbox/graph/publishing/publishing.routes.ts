import { graphRoute, type GraphRoute } from '../graph-route.js';
import { readNode } from '../node-read.js';
import { containerNode } from './container.node.js';
import { createContainer } from './create-container.action.js';
import { publishContainer } from './publish.action.js';
import { readPublishingLimit } from './publishing-limit.node.js';

export const publishingRoutes: GraphRoute[] = [
  graphRoute('POST', 'user', 'media', createContainer, { needs: 'content_publish' }),
  graphRoute('GET', 'container', null, (call, container) => readNode(call, containerNode, container), { needs: 'content_publish' }),
  graphRoute('POST', 'user', 'media_publish', publishContainer, { needs: 'content_publish' }),
  graphRoute('GET', 'user', 'content_publishing_limit', readPublishingLimit, { needs: 'content_publish' }),
];
