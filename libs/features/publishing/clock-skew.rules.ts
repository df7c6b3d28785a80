import { seconds } from '#kernel/clock';

/** Clocks that are kept in step differ by milliseconds; leases last fifteen seconds and renew every five. */
const clockTolerance = seconds(5);

/** When a question about the time left here and when its answer came, by the clock that is in doubt. */
export interface Asked {
  readonly left: Date;
  readonly came: Date;
}

/**
 * By how much, in milliseconds, a clock is ahead of the one it asked (below 0: behind), as far as that is certain: the answer was given at some moment between the
 * question and its arrival, so a slow line accuses nobody.
 */
export function skewOf({ left, came }: Asked, answer: Date): number {
  const [least, most] = [left.getTime() - answer.getTime(), came.getTime() - answer.getTime()];
  // A clock that was set back in between has its answer before its question.
  const [low, high] = [Math.min(least, most), Math.max(least, most)];
  if (low > 0) return low;
  return high < 0 ? high : 0;
}

export function isWrong(skew: number): boolean {
  return Math.abs(skew) > clockTolerance;
}
