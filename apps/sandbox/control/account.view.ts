import type { AccountSettings } from '../state/account.settings.js';
import type { Account } from '../state/entities.js';
import type { Store } from '../state/store.js';
import type { AccountRow, SettingsRow } from './account.shapes.js';
import { ControlError } from './control-error.js';

/** By any of the names an account has: `user_id`, app-scoped id, username. */
export function getAccount(store: Store, name = ''): Account {
  const { accounts, byUsername } = store.world;
  const account = accounts.get(name) ?? [...accounts.values()].find(({ id }) => id === name) ?? byUsername.get(name.toLowerCase());
  if (!account) throw new ControlError(404, `there is no account ${name}; GET /_sandbox/accounts lists them`);
  return account;
}

export function accountRow({ world }: Store, account: Account): AccountRow {
  const { id, user_id, username, name, account_type, followers_count, follows_count, access_token, facebook, settings } = account;
  return {
    id, user_id, username, name, account_type, followers_count, follows_count, access_token, facebook: { ...facebook },
    subscriptions: world.grants.subscriptionsOf(user_id),
    ice_breakers: world.messengerProfiles.iceBreakersOf(user_id).map(({ locale, call_to_actions }) => ({ locale, call_to_actions: call_to_actions.map((each) => ({ ...each })) })),
    settings: settingsRow(settings),
  };
}

export function settingsRow(settings: AccountSettings): SettingsRow {
  const { throttle } = settings;
  return { ...settings, throttle: throttle && { code: throttle.code, until: new Date(throttle.until).toISOString() } };
}
