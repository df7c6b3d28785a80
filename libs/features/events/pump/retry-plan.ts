import { after, hours, minutes, seconds } from '#kernel/clock';

/** How long after a failed attempt the next one follows; what comes after the last is the dead letter. */
const pauses: readonly number[] = [minutes(1), minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)];
const jitter = 0.2;

/** From 0 (inclusive) to 1. */
export type Random = () => number;

export interface FailedAttempt {
  /** Attempts so far, this one included. */
  readonly attempts: number;
  readonly now: Date;
  /** As the receiver sent it. */
  readonly retryAfter: string | null;
}

/**
 * When the next attempt is due; null: that was the last one. A receiver that says when it wants to be asked again is obeyed as far as from once
 * to twice the planned pause, so that it can neither be hammered nor be forgotten.
 */
export function nextAttempt({ attempts, now, retryAfter }: FailedAttempt, random: Random): Date | null {
  const planned = pauses[attempts - 1];
  if (planned === undefined) return null;
  const wished = retryAfter === null ? null : readRetryAfter(retryAfter, now);
  const pause = wished === null ? planned * (1 - jitter + 2 * jitter * random()) : Math.min(2 * planned, Math.max(planned, wished));
  return after(now, Math.round(pause));
}

/** Milliseconds from now; null for what is neither seconds nor a date of HTTP. */
function readRetryAfter(text: string, now: Date): number | null {
  if (/^\s*\d{1,9}\s*$/.test(text)) return seconds(Number(text));
  const moment = /^[A-Za-z]{3},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? null : moment - now.getTime();
}
