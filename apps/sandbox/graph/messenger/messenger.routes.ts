import { graphRoute, type GraphRoute } from '../graph-route.js';
import { deleteProfile, readProfile, setProfile } from './messenger-profile.action.js';

/** On the account with Instagram Login, on its page with Facebook Login (§5.4). */
const NODES = [{ kind: 'user', login: 'instagram' }, { kind: 'page', login: 'facebook' }] as const;
const needs = 'manage_messages';

export const messengerRoutes: GraphRoute[] = NODES.flatMap(({ kind, login }) => [
  graphRoute('GET', kind, 'messenger_profile', readProfile, { needs, login }),
  graphRoute('POST', kind, 'messenger_profile', setProfile, { needs, login }),
  graphRoute('DELETE', kind, 'messenger_profile', deleteProfile, { needs, login }),
]);
