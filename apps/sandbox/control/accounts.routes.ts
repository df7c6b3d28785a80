import { revokeGrant } from '../oauth/revoke.action.js';
import { changedSettings, newAccount } from './account.creation.js';
import { ACCOUNT_ROW, NEW_ACCOUNT, SETTINGS_CHANGE, SETTINGS_ROW } from './account.shapes.js';
import { accountRow, getAccount, settingsRow } from './account.view.js';
import { controlRoute, type ControlRoute } from './control-route.js';
import { LEDGER } from './ledger.shape.js';
import { ledgerOf } from './ledger.view.js';
import { list, object } from './object.shape.js';
import { boolean, described, text } from './shape.js';

const tag = 'accounts';

export const accountRoutes: ControlRoute[] = [
  controlRoute({
    id: 'listAccounts', method: 'GET', path: '/accounts', tag, summary: 'Every account, with its tokens.',
    answer: object({ data: list(ACCOUNT_ROW) }),
    handle: ({ store }) => ({ data: [...store.world.accounts.values()].map((account) => accountRow(store, account)) }),
  }),
  controlRoute({
    id: 'createAccount', method: 'POST', path: '/accounts', tag, summary: 'Make an account; the same username again is refused.',
    body: NEW_ACCOUNT, status: 201, answer: ACCOUNT_ROW, refusals: [409],
    handle: async ({ store }, { body }) => {
      const account = newAccount(body, store);
      await store.commit({ type: 'account.created', account });
      return accountRow(store, account);
    },
  }),
  controlRoute({
    id: 'getAccount', method: 'GET', path: '/accounts/{user_id}', tag, summary: 'One account.',
    answer: ACCOUNT_ROW, refusals: [404],
    handle: ({ store }, { params }) => accountRow(store, getAccount(store, params['user_id'])),
  }),
  controlRoute({
    id: 'changeSettings', method: 'POST', path: '/accounts/{user_id}/settings', tag, summary: 'Change what the account is like; what is absent stays.',
    body: SETTINGS_CHANGE, answer: object({ user_id: text(), settings: SETTINGS_ROW }), refusals: [404],
    handle: async ({ store }, { params, body }) => {
      const { user_id, settings: current } = getAccount(store, params['user_id']);
      const settings = changedSettings(body, current, store.clock.now());
      await store.commit({ type: 'account.settings_changed', user_id, settings });
      return { user_id, settings: settingsRow(settings) };
    },
  }),
  controlRoute({
    id: 'revokeAccess', method: 'POST', path: '/accounts/{user_id}/revoke', tag, summary: 'The person removes every app: tokens answer 190/458, and deauthorize callbacks are sent.',
    answer: object({ revoked: boolean(), deauthorized: described(list(text()), 'callback addresses that took the message') }), refusals: [404],
    handle: async ({ store, log }, { params }) => ({ revoked: true, ...await revokeGrant(store, getAccount(store, params['user_id']), log) }),
  }),
  controlRoute({
    id: 'getLedger', method: 'GET', path: '/accounts/{user_id}/ledger', tag, summary: 'What really happened to the account, oldest first.',
    answer: LEDGER, refusals: [404],
    handle: ({ store }, { params }) => ledgerOf(store.world, getAccount(store, params['user_id']), store.clock.now()),
  }),
];
