import type { Reply } from '../http/reply.js';
import type { ErrorKey } from '../graph/error.table.js';
import { appUsageHeader, businessUsageHeader } from '../limits/usage-headers.js';
import type { Account } from '../state/entities.js';

/** Limits of app, user, page and custom kinds: they show in `X-App-Usage` (§2.4, §3). */
const APP_LIMITS: readonly ErrorKey[] = ['4', '17', '32', '341', '613', '613/1996'];
/** Business use cases: they show in `X-Business-Use-Case-Usage`, always with type `instagram` (§3 shows no other). */
const BUSINESS_LIMITS: readonly ErrorKey[] = ['80000', '80001', '80002', '80003', '80004', '80004/2446079', '80005', '80006', '80008', '80009', '80014'];

const FULL = { call_count: 100, total_time: 25, total_cputime: 25 };
const NONE = { call_count: 0, total_time: 0, total_cputime: 0 };

export const DEFAULT_REGAIN_MINUTES = 5;

export function isThrottle(key: ErrorKey | null): boolean {
  return key !== null && (APP_LIMITS.includes(key) || BUSINESS_LIMITS.includes(key));
}

/**
 * The usage headers of a scripted throttling. `X-App-Usage` cannot say how long to wait (§3), so the minutes stand in the other
 * header for all of them; where Meta puts those of 4, 17, 32, 341 and 613 is not documented. Nothing is known of an unknown token.
 */
export function withUsage(reply: Reply, key: ErrorKey, regainMinutes: number, account: Account | null): Reply {
  if (!account || !isThrottle(key)) return reply;
  const usage = BUSINESS_LIMITS.includes(key)
    ? businessUsageHeader(account.user_id, FULL, regainMinutes)
    : { ...appUsageHeader(FULL), ...businessUsageHeader(account.user_id, NONE, regainMinutes) };
  return { ...reply, headers: { ...reply.headers, ...usage } };
}
