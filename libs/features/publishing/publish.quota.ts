import { after, hours, minutes, seconds } from '#kernel/clock';

/** The network's count of an account's posts, and ours since then. */
export interface QuotaReading {
  /** As the network counted, posts made elsewhere included. */
  readonly used: number;
  /** null: the network did not say. */
  readonly total: number | null;
  readonly windowSeconds: number | null;
  readonly readAt: Date;
  /** Own posts that went live after the reading. */
  readonly since: number;
}

/** How long a reading is trusted: far from the limit, and within 20 % of it. */
const trusted = { far: minutes(60), near: minutes(5) };
const nearShare = 0.8;

/** Where the network does not name its window. */
const usualWindow = hours(24);
/** Posts made elsewhere leave the window at times nobody tells. */
const unknownPause = minutes(60);

export function isFull(reading: QuotaReading): boolean {
  return reading.total !== null && reading.used + reading.since >= reading.total;
}

/** Whether the network has to be asked (again). A question that failed counts as one, so that a silent network is not asked before every post. */
export function needsReading(reading: QuotaReading | null, askedAt: Date | null, now: Date): boolean {
  if (askedAt && now.getTime() - askedAt.getTime() < trusted.near) return false;
  if (reading === null) return true;
  const isNear = reading.total !== null && reading.used + reading.since >= reading.total * nearShare;
  return now.getTime() - reading.readAt.getTime() >= (isNear ? trusted.near : trusted.far);
}

export function windowOf({ windowSeconds }: Pick<QuotaReading, 'windowSeconds'>): number {
  return windowSeconds === null ? usualWindow : seconds(windowSeconds);
}

/** So many of the oldest posts must leave the window before there is room for one more. */
export function mustLeave(reading: QuotaReading): number {
  return reading.total === null ? 0 : Math.max(1, reading.used + reading.since - reading.total + 1);
}

/** When to look again. `own`: our posts in the window, and when the last one that must leave went live; null: those are not all ours. */
export function roomAt(reading: QuotaReading, own: { readonly count: number; readonly at: Date | null }, now: Date): Date {
  const leaves = own.at && after(own.at, windowOf(reading));
  const areAllOurs = own.count >= reading.used + reading.since;
  const guess = after(now, unknownPause);
  if (!leaves) return guess;
  // A second later: the network's clock is not ours.
  const room = after(leaves, seconds(1));
  return areAllOurs || room < guess ? room : guess;
}
