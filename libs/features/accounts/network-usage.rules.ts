import { after, minutes } from '#kernel/clock';
import type { UsageReport } from '#networks/port/usage-source';

/** Percent of a limit on calls from which calls become fewer, and from which there are none (reference 3: stop at 80 to 90 %). */
export const slowsAt = 80;
const stopsAt = 95;

/** What was told longer ago says nothing any more: the shortest window of a limit is an hour. */
export const usageIsOldAfter = minutes(60);

export type UsageClass = 'free' | 'slow' | 'stopped';

export function usageClass({ percent, regainAt }: Pick<UsageReport, 'percent' | 'regainAt'>, now: Date): UsageClass {
  if (percent >= stopsAt || (regainAt !== null && regainAt > now)) return 'stopped';
  return percent >= slowsAt ? 'slow' : 'free';
}

/**
 * Until when a report means no calls; null: it does not. Where the network names no time: until the figure can have come down
 * to 80 % if the calls were spread evenly over a rolling hour, and at least five minutes.
 */
export function stopOf({ percent, regainAt }: Pick<UsageReport, 'percent' | 'regainAt'>, now: Date): Date | null {
  if (regainAt !== null) return regainAt > now ? regainAt : null;
  if (percent < stopsAt) return null;
  return after(now, Math.max(minutes(5), Math.round(minutes(60) * (1 - slowsAt / percent))));
}

/** After a refusal that named no time: five minutes, doubled with each that follows, at most an hour. Calling on extends a block. */
export function refusalPause(earlierRefusals: number): number {
  return Math.min(minutes(60), minutes(5) * 2 ** Math.min(earlierRefusals, 4));
}

/** Refusals count as one row while the next comes within two hours of the end of the last pause. */
export function refusalsBefore(pace: { readonly refusals: number; readonly stoppedUntil: Date | null } | null, now: Date): number {
  return pace?.stoppedUntil && after(pace.stoppedUntil, minutes(120)) > now ? pace.refusals : 0;
}

export type ThrottleState = 'none' | 'slow' | 'stopped';

export interface Throttle {
  readonly state: ThrottleState;
  readonly scope: 'account' | 'installation' | null;
  readonly percent: number | null;
  readonly until: Date | null;
}

interface Kept {
  readonly usagePercent: number;
  readonly usageSeenAt: Date | null;
  readonly stoppedUntil: Date | null;
}

/** How the limits of an account and of the installation stand, the worse of both. */
export function throttleOf(account: Kept | null, installation: Kept | null, now: Date): Throttle {
  const limits = [{ scope: 'account' as const, kept: account }, { scope: 'installation' as const, kept: installation }].flatMap(({ scope, kept }) => {
    if (!kept) return [];
    const percent = kept.usageSeenAt && now.getTime() - kept.usageSeenAt.getTime() < usageIsOldAfter ? kept.usagePercent : null;
    return [{ scope, percent, until: kept.stoppedUntil && kept.stoppedUntil > now ? kept.stoppedUntil : null }];
  });
  const percents = limits.flatMap(({ percent }) => percent ?? []);
  const percent = percents.length === 0 ? null : Math.max(...percents);
  const [stopped] = limits.filter(({ until }) => until !== null).sort((one, other) => Number(other.until) - Number(one.until));
  if (stopped) return { state: 'stopped', scope: stopped.scope, percent, until: stopped.until };
  const slow = limits.find((limit) => limit.percent !== null && limit.percent === percent && limit.percent >= slowsAt);
  return { state: slow ? 'slow' : 'none', scope: slow?.scope ?? null, percent, until: null };
}

/** Whether a report must be written, given what this process last wrote of the same limit; null: nothing. */
export function isWorthWriting(last: { readonly usage: UsageClass; readonly at: Date } | null, usage: UsageClass, now: Date): boolean {
  if (last === null || last.usage !== usage) return true;
  const age = now.getTime() - last.at.getTime();
  // Another process may have written meanwhile; what it wrote is put right within a minute.
  return age >= (usage === 'free' ? minutes(1) : minutes(1) / 20);
}
