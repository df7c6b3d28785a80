import { THROTTLE_CODES, type AccountSettings } from '../state/account.settings.js';
import { FACEBOOK_PERMISSIONS, INSTAGRAM_PERMISSIONS } from '../state/permissions.js';
import { object, partial, type Read, list } from './object.shape.js';
import { boolean, described, integer, keyword, named, nullable, oneOf, optional, type Shape, text } from './shape.js';

const DAY_MS = 86_400_000;
const WEEK_MINUTES = 7 * 1440;
const BILLION = 1_000_000_000;

export const USERNAME = text({ pattern: /^[A-Za-z0-9._]{1,30}$/u, what: '1 to 30 letters, digits, dots or underscores' });
const ID = text({ pattern: /^\d{17}$/u, what: 'an id of 17 digits' });
const TYPE = keyword(['BUSINESS', 'MEDIA_CREATOR']);

export const NEW_ACCOUNT = named('NewAccount', object({
  username: USERNAME,
  account_type: optional(described(TYPE, 'personal accounts have no API; default BUSINESS')),
  name: optional(text()),
  biography: optional(text({ pattern: /^[^]{1,150}$/u, what: '1 to 150 characters' })),
  website: optional(text({ pattern: /^https?:\/\/\S{1,2000}$/u, what: 'an http or https address' })),
  followers_count: optional(integer(0, BILLION)),
  follows_count: optional(integer(0, 7500)),
  quota_total: optional(integer(0, 100_000)),
}));

const PERMISSION = oneOf([...INSTAGRAM_PERMISSIONS, ...FACEBOOK_PERMISSIONS]);

const SETTINGS = {
  processing_ms: described(nullable(integer(0, DAY_MS)), 'how long containers stay IN_PROGRESS; null: 1,500 ms, videos 3,000 ms'),
  permalink_delay_ms: described(integer(0, DAY_MS), 'how long a fresh post answers 100/33'),
  quota_total: described(integer(0, 100_000), 'posts per rolling 24 h'),
  revoked: described(boolean(), 'every token answers 190/458'),
  expired: described(boolean(), 'every token answers 190/463'),
  checkpointed: described(boolean(), 'every token answers 190/459'),
  restricted: described(boolean(), 'publishing answers 25/2207050'),
  limits: described(oneOf(['documented', 'lenient']), 'media limits'),
  trial_reels: described(boolean(), 'false: trial reels end in 2207081'),
  resumable_upload: oneOf(['any_login', 'facebook_login']),
  permissions: described(nullable(list<string>(PERMISSION, 32)), 'what the person left ticked; null: all that a token was given'),
  oauth_shape: oneOf(['flat', 'wrapped']),
  webhook_envelope: described(oneOf(['changes', 'flat']), 'kept for the webhooks that come with the inbox'),
  locale: described(text({ pattern: /^[a-z]{2,3}_[A-Z]{2}$/u, what: 'a locale such as de_DE' }), 'language of error_user_title and error_user_msg'),
  error_fields: described(oneOf(['varying', 'full', 'minimal']), 'optional fields of error envelopes'),
  calls_per_day: described(nullable(integer(1, BILLION)), 'calls per rolling 24 h and app, then 80002; null: 48,000,000'),
} satisfies Record<Exclude<keyof AccountSettings, 'throttle'>, Shape<unknown>>;

const CODE = oneOf(THROTTLE_CODES);

/** Body of `POST /_sandbox/accounts/{user_id}/settings`: what is absent stays. */
export const SETTINGS_CHANGE = named('SettingsChange', partial({
  ...SETTINGS,
  throttle: described(nullable(object({ code: CODE, minutes: integer(1, WEEK_MINUTES) })), 'every call answers this code for so many minutes; null ends it'),
}));

export const SETTINGS_ROW = named('Settings', object({
  ...SETTINGS,
  throttle: nullable(object({ code: CODE, until: described(text(), 'sandbox time, ISO 8601') })),
}));

export const ACCOUNT_ROW = named('Account', object({
  id: described(ID, 'app-scoped id'),
  user_id: described(ID, 'the id of paths'),
  username: USERNAME,
  name: text(),
  account_type: TYPE,
  followers_count: integer(0, BILLION),
  follows_count: integer(0, 7500),
  access_token: described(text(), 'Instagram Login, long-lived, as generated in the dashboard'),
  facebook: object({ person_id: text(), page_id: text(), user_token: text(), page_token: text() }),
  subscriptions: described(list(object({ client_id: text(), fields: list(text()) })), 'webhook fields by app'),
  ice_breakers: described(list(object({ locale: nullable(text()), call_to_actions: list(object({ question: text(), payload: text() })) })), 'by locale; null: set in the old format'),
  settings: SETTINGS_ROW,
}));

export type NewAccount = Read<typeof NEW_ACCOUNT>;
export type SettingsChange = Read<typeof SETTINGS_CHANGE>;
export type SettingsRow = Read<typeof SETTINGS_ROW>;
export type AccountRow = Read<typeof ACCOUNT_ROW>;
