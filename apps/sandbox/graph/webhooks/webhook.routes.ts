import { graphRoute, type GraphRoute } from '../graph-route.js';
import { listSubscriptions, subscribe, unsubscribe } from './subscribed-apps.action.js';

/** On the account with Instagram Login, on its page with Facebook Login (§6.1). */
const NODES = [{ kind: 'user', login: 'instagram' }, { kind: 'page', login: 'facebook' }] as const;

export const webhookRoutes: GraphRoute[] = NODES.flatMap(({ kind, login }) => [
  graphRoute('POST', kind, 'subscribed_apps', subscribe, { login }),
  graphRoute('GET', kind, 'subscribed_apps', listSubscriptions, { login }),
  graphRoute('DELETE', kind, 'subscribed_apps', unsubscribe, { login }),
]);
