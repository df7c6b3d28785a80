/** What can be set per account, to meet every kind of account and mood of Instagram. */
export interface AccountSettings {
  /** How long every container stays IN_PROGRESS; `null` = the default for its kind. */
  processing_ms: number | null;
  /** How long a fresh post cannot be read: 100/33 (§2.3, "transient read-after-write fault"). */
  permalink_delay_ms: number;
  /** Posts per rolling 24 h. */
  quota_total: number;
  /** The user removed the app: 190/458. */
  revoked: boolean;
  /** The token's 60 days are over: 190/463. */
  expired: boolean;
  /** The user must log in to Instagram first: 190/459. */
  checkpointed: boolean;
  /** Publishing is restricted: 25/2207050. */
  restricted: boolean;
  /** Media limits: Meta's documentation (§1.7), or the looser ones other tools publish. */
  limits: 'documented' | 'lenient';
  /** The account may post trial reels; without it they end with 2207081 (§2.3). */
  trial_reels: boolean;
  /** Logins that may use `upload_type=resumable`: the guide says Facebook Login only, which is unconfirmed (§12). */
  resumable_upload: 'any_login' | 'facebook_login';
  /** What the user left ticked; `null` = all that a token was given. A missing one is code 10. */
  permissions: string[] | null;
  /** Answers of the token endpoint and of `/me`: as observed, or as documented in `{"data":[…]}` (§8.1). */
  oauth_shape: 'flat' | 'wrapped';
  /** Envelope of comment webhooks (§6.2); kept for the webhooks that come with the inbox. */
  webhook_envelope: 'changes' | 'flat';
  /** Language of `error_user_title` and `error_user_msg` (§2.1). */
  locale: string;
  /** Optional fields of the error envelope (§2.1): sometimes absent, all of them, or none. */
  error_fields: 'varying' | 'full' | 'minimal';
  /** Calls per rolling 24 h and app; `null` = the default (§3). */
  calls_per_day: number | null;
  /** Throttled until a moment of sandbox time, whatever was called before. */
  throttle: Throttle | null;
}

export interface Throttle {
  code: ThrottleCode;
  until: number;
}

export const THROTTLE_CODES = [4, 17, 32, 613, 80002] as const;

export type ThrottleCode = (typeof THROTTLE_CODES)[number];

export const DEFAULT_SETTINGS: AccountSettings = {
  processing_ms: null,
  permalink_delay_ms: 500,
  // Measured live 2026-09-03 (§1.6).
  quota_total: 100,
  revoked: false,
  expired: false,
  checkpointed: false,
  restricted: false,
  limits: 'documented',
  trial_reels: true,
  // "Guide says FBL only" (§1.2).
  resumable_upload: 'facebook_login',
  permissions: null,
  oauth_shape: 'flat',
  webhook_envelope: 'changes',
  locale: 'en_US',
  error_fields: 'varying',
  calls_per_day: null,
  throttle: null,
};
