import { after, seconds } from '#kernel/clock';
import { slowsAt, usageIsOldAfter } from '#features/accounts/index';
import type { PublishAction } from './publish.action.js';
import type { Deferral } from './publish.settlement.js';

/** How closely publishing calls of one profile may follow each other. */
export interface Spacing {
  /** 0: no limit. */
  readonly milliseconds: number;
  /** How many may go at once after a rest. */
  readonly burst: number;
}

/**
 * The generic cell rate algorithm: `tat` is when the next call would be on time if calls came evenly. A call may be early by
 * all but one of a burst.
 */
export function publishSlot(tat: Date | null, { milliseconds, burst }: Spacing, now: Date): { readonly tat: Date } | { readonly until: Date } {
  const due = tat !== null && tat > now ? tat : now;
  const earliest = after(due, -milliseconds * (burst - 1));
  return earliest > now ? { until: earliest } : { tat: after(due, milliseconds) };
}

/** What is known of a limit on calls; all null or 0: nothing. */
export interface CallLimit {
  readonly usagePercent: number;
  readonly usageSeenAt: Date | null;
  readonly stoppedUntil: Date | null;
}

export interface CallLimits {
  readonly account: CallLimit | null;
  readonly network: CallLimit | null;
  /** When a call of the profile last went out while it was to be slow. */
  readonly slowedCallAt: Date | null;
}

const slowest = seconds(60);
/** From 80 to 95 %. */
const slowingRange = 15;

/** Between two calls of a profile; 0 while nothing has to be slow. */
export function slowPause({ account, network }: Pick<CallLimits, 'account' | 'network'>, now: Date): number {
  const fresh = [account, network].filter((limit) => limit?.usageSeenAt && now.getTime() - limit.usageSeenAt.getTime() < usageIsOldAfter);
  const percent = Math.max(0, ...fresh.map((limit) => limit?.usagePercent ?? 0));
  return percent < slowsAt ? 0 : Math.round(slowest * Math.min(1, (percent - slowsAt + 1) / slowingRange));
}

/** Calls that become fewer while a limit is near. The rest tells what became of one that is out already, or sends to another host. */
const slowed: ReadonlySet<PublishAction['kind']> = new Set(['create_child', 'create', 'check_child', 'check', 'publish']);

/** Whether the network's limits on calls let this one go. `spread`: milliseconds, so that not all profiles come back at one instant. */
export function callDeferral(limits: CallLimits, kind: PublishAction['kind'], { pause, spread, now }: { pause: number; spread: number; now: Date }): Deferral | null {
  const accountUntil = limits.account?.stoppedUntil;
  if (accountUntil && accountUntil > now) return { reason: 'throttled', until: accountUntil };
  const networkUntil = limits.network?.stoppedUntil;
  if (networkUntil && networkUntil > now) return { reason: 'throttled', until: after(networkUntil, spread) };
  if (pause === 0 || !slowed.has(kind) || !limits.slowedCallAt) return null;
  const next = after(limits.slowedCallAt, pause);
  return next > now ? { reason: 'throttled', until: next, isBrief: true } : null;
}

const widestSpread = seconds(30);

/** Between 0 and half a minute, always the same for a profile. */
export function spreadOf(profileId: string): number {
  let hash = 0;
  for (const character of profileId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return hash % widestSpread;
}
