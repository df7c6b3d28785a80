const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface LimitRow {
  /** Calls that one window lets through; the next one is refused. */
  calls: number;
  windowMs: number;
  /** How finely the window rolls: a call leaves it up to this much early. */
  stepMs: number;
}

/** What the formulas of §3 multiply with. The sandbox has no audience, so it takes one that no test reaches by accident. */
const ASSUMED_DAILY_USERS = 10_000;
const ASSUMED_IMPRESSIONS = 10_000;

/**
 * Rates of §3 by scope. `business_discovery` and hashtag search will count for `app` only ("platform-limited exceptions").
 * `send_…`, `conversations` and `private_replies` are reserved: nothing is sent yet, they are applied with the inbox.
 */
export const LIMITS = {
  /** 200 × daily users per rolling hour; `calls_per_hour` of the app overrides it. */
  app: { calls: 200 * ASSUMED_DAILY_USERS, windowMs: HOUR, stepMs: MINUTE },
  /** 4800 × impressions of the account per rolling 24 h, for each app; `calls_per_day` of the account overrides it. */
  instagram: { calls: 4800 * ASSUMED_IMPRESSIONS, windowMs: DAY, stepMs: 5 * MINUTE },
  send_text_instagram_login: { calls: 100, windowMs: SECOND, stepMs: SECOND },
  send_text_facebook_login: { calls: 300, windowMs: SECOND, stepMs: SECOND },
  send_media: { calls: 10, windowMs: SECOND, stepMs: SECOND },
  conversations: { calls: 2, windowMs: SECOND, stepMs: SECOND },
  private_replies: { calls: 750, windowMs: HOUR, stepMs: MINUTE },
} satisfies Record<string, LimitRow>;
