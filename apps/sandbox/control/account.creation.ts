import { type AccountSettings, DEFAULT_SETTINGS } from '../state/account.settings.js';
import type { Account } from '../state/entities.js';
import { newAccessToken } from '../state/identifiers.js';
import type { Store } from '../state/store.js';
import type { NewAccount, SettingsChange } from './account.shapes.js';
import { ControlError } from './control-error.js';

const MINUTE_MS = 60_000;

/** The same name again is 409: names are unique on Instagram. */
export function newAccount(body: NewAccount, store: Store): Account {
  const { username } = body;
  if (store.world.byUsername.has(username.toLowerCase())) {
    throw new ControlError(409, `there is already an account "${username}"; GET /_sandbox/accounts shows its token`);
  }
  return {
    user_id: store.world.newId('user'), id: store.world.newId('app_scoped_user'), username,
    name: body.name ?? username, account_type: body.account_type ?? 'BUSINESS', biography: body.biography ?? null, website: body.website ?? null,
    followers_count: body.followers_count ?? 1200, follows_count: body.follows_count ?? 150,
    access_token: newAccessToken('instagram'), created_at: store.clock.now(),
    settings: { ...DEFAULT_SETTINGS, quota_total: body.quota_total ?? DEFAULT_SETTINGS.quota_total },
    facebook: {
      person_id: store.world.newId('person'), page_id: store.world.newId('page'),
      user_token: newAccessToken('facebook'), page_token: newAccessToken('facebook'),
    },
  };
}

/** What is absent stays. */
export function changedSettings({ throttle, ...rest }: SettingsChange, current: AccountSettings, now: number): AccountSettings {
  const changed = { ...current, ...rest };
  if (throttle === undefined) return changed;
  return { ...changed, throttle: throttle && { code: throttle.code, until: now + throttle.minutes * MINUTE_MS } };
}
