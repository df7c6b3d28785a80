import { randomBytes, randomInt } from 'node:crypto';
import type { App } from '../state/grants.js';
import type { Store } from '../state/store.js';
import { ControlError } from './control-error.js';
import { controlRoute, type ControlRoute } from './control-route.js';
import { list, object, partial, type Read } from './object.shape.js';
import { described, integer, named, nullable, oneOf, text } from './shape.js';

const tag = 'apps';
const ADDRESS = text({ pattern: /^https?:\/\/[^\s#]{1,2000}$/u, what: 'an http or https address without fragment' });
const ID = text({ pattern: /^\d{1,20}$/u, what: 'an id of 1 to 20 digits' });
const SECRET = text({ pattern: /^[\w-]{8,128}$/u, what: '8 to 128 letters, digits, underscores or hyphens' });

const APP = {
  client_id: described(ID, 'Instagram Login knows the app by it'),
  client_secret: SECRET,
  facebook_app_id: described(ID, 'Facebook Login knows the app by it'),
  facebook_app_secret: SECRET,
  name: text({ pattern: /^.{1,100}$/u, what: '1 to 100 characters' }),
  redirect_uris: described(nullable(list(ADDRESS, 100)), 'addresses a person may be sent back to; null: any'),
  deauthorize_url: described(nullable(ADDRESS), 'told when a person removes the app'),
  calls_per_hour: described(nullable(integer(1, 1_000_000_000)), 'calls per rolling hour, then code 4; null: 2,000,000'),
  proof_required: described(list(oneOf(['instagram', 'facebook']), 2), 'logins on whose hosts a call without appsecret_proof is code 100'),
};

const APP_ROW = named('App', object(APP));
const APP_CHANGE = named('AppChange', partial(APP));

export const appRoutes: ControlRoute[] = [
  controlRoute({
    id: 'listApps', method: 'GET', path: '/apps', tag, summary: 'Every app that may use the API, with its secrets.',
    answer: object({ data: list(APP_ROW) }),
    handle: ({ store }) => ({ data: [...store.world.grants.apps.values()].map((app) => ({ ...app })) }),
  }),
  controlRoute({
    id: 'saveApp', method: 'POST', path: '/apps', tag, summary: 'Change the app with this client_id, or make it; what is absent stays, or is made up.',
    body: APP_CHANGE, answer: APP_ROW, refusals: [409],
    handle: async ({ store }, { body }) => {
      const app = changedApp(store, body);
      await store.commit({ type: 'app.changed', app });
      return { ...app };
    },
  }),
];

function changedApp({ world }: Store, body: Read<typeof APP_CHANGE>): App {
  const known = body.client_id === undefined ? undefined : world.grants.apps.get(body.client_id);
  const app: App = {
    ...known ?? {
      client_id: newId(), client_secret: newSecret(), facebook_app_id: newId(), facebook_app_secret: newSecret(),
      name: 'App', redirect_uris: null, deauthorize_url: null, calls_per_hour: null, proof_required: [],
    },
    ...body,
  };
  const other = [...world.grants.apps.values()].find(({ client_id, facebook_app_id }) => client_id !== app.client_id && facebook_app_id === app.facebook_app_id);
  if (other) throw new ControlError(409, `facebook_app_id ${app.facebook_app_id} belongs to the app with client_id ${other.client_id}`);
  return app;
}

function newId(): string {
  return `9${String(randomInt(10 ** 14)).padStart(14, '0')}`;
}

function newSecret(): string {
  return randomBytes(16).toString('hex');
}
