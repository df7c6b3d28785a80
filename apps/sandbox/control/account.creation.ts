import { type AccountSettings, DEFAULT_SETTINGS } from '../state/account.settings.js';
import type { Account, AccountType } from '../state/entities.js';
import { newAccessToken } from '../state/identifiers.js';
import type { Store } from '../state/store.js';
import { ControlError, type JsonReader } from './json.reader.js';

const TYPES: AccountType[] = ['BUSINESS', 'MEDIA_CREATOR'];

/** Body of `POST /_sandbox/accounts`. The same name again is 409: names are unique on Instagram. */
export function newAccount(body: JsonReader, store: Store): Account {
  body.allowOnly(['username', 'account_type', 'name', 'followers_count', 'follows_count', 'quota_total']);
  const username = body.text('username');
  if (username === null || !/^[A-Za-z0-9._]{1,30}$/u.test(username)) {
    throw new ControlError(400, 'username is required: 1 to 30 letters, digits, dots or underscores');
  }
  if (store.world.byUsername.has(username.toLowerCase())) {
    throw new ControlError(409, `there is already an account "${username}"; GET /_sandbox/accounts shows its token`);
  }
  return {
    user_id: store.world.newId('user'), id: store.world.newId('app_scoped_user'), username,
    name: body.text('name') ?? username, account_type: readType(body),
    followers_count: body.integer('followers_count', 0, 1_000_000_000) ?? 1200,
    follows_count: body.integer('follows_count', 0, 7500) ?? 150,
    access_token: newAccessToken('instagram'), created_at: store.clock.now(),
    settings: { ...DEFAULT_SETTINGS, quota_total: body.integer('quota_total', 0, 100_000) ?? DEFAULT_SETTINGS.quota_total },
    facebook: {
      person_id: store.world.newId('person'), page_id: store.world.newId('page'),
      user_token: newAccessToken('facebook'), page_token: newAccessToken('facebook'),
    },
  };
}

/** Body of `POST /_sandbox/accounts/:user_id/settings`: what is absent stays, `processing_ms: null` restores the default. */
export function changedSettings(body: JsonReader, current: AccountSettings): AccountSettings {
  body.allowOnly(['processing_ms', 'quota_total', 'revoked', 'expired', 'permalink_delay_ms', 'error_fields']);
  return {
    ...current,
    processing_ms: body.has('processing_ms') ? body.integer('processing_ms', 0, 86_400_000) : current.processing_ms,
    quota_total: body.integer('quota_total', 0, 100_000) ?? current.quota_total,
    revoked: body.boolean('revoked') ?? current.revoked,
    expired: body.boolean('expired') ?? current.expired,
  };
}

function readType(body: JsonReader): AccountType {
  const given = body.text('account_type');
  if (given === null) return 'BUSINESS';
  const type = TYPES.find((known) => known === given.toUpperCase());
  if (!type) throw new ControlError(400, `account_type must be one of ${TYPES.join(', ')}; personal accounts have no API`);
  return type;
}
