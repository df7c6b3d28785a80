import { after, minutes, seconds } from '#kernel/clock';

const windowLength = minutes(5);
const fewestRequests = 10;
const failedShare = 0.7;
const openFor = seconds(30);
const successesToClose = 5;

/** What is known of an endpoint's last calls. `closed`: it is called; `open`: it is left alone until `until`; `half_open`: one call at a time is tried. */
export interface Breaker {
  readonly state: 'closed' | 'open' | 'half_open';
  readonly until: Date | null;
  /** In a row, while half open. */
  readonly successes: number;
  readonly windowStartedAt: Date | null;
  readonly requests: number;
  readonly failures: number;
}

export const closedBreaker: Breaker = { state: 'closed', until: null, successes: 0, windowStartedAt: null, requests: 0, failures: 0 };

/** As it is at this moment: one that was open long enough tries again. */
export function breakerAt(breaker: Breaker, now: Date): Breaker {
  return breaker.state === 'open' && (breaker.until === null || breaker.until <= now) ? { ...closedBreaker, state: 'half_open' } : breaker;
}

/** How many calls may be under way. */
export function callsAllowed(breaker: Breaker, maxConcurrency: number): number {
  if (breaker.state === 'open') return 0;
  return breaker.state === 'half_open' ? 1 : maxConcurrency;
}

/** What a call that has ended makes of it. Calls that end while it is open were begun before, and say nothing new. */
export function afterCall(breaker: Breaker, isSuccess: boolean, now: Date): Breaker {
  if (breaker.state === 'open') return breaker;
  if (breaker.state === 'half_open') {
    if (!isSuccess) return opened(now);
    return breaker.successes + 1 >= successesToClose ? closedBreaker : { ...breaker, successes: breaker.successes + 1 };
  }
  const isNewWindow = breaker.windowStartedAt === null || after(breaker.windowStartedAt, windowLength) <= now;
  const window = isNewWindow ? { ...closedBreaker, windowStartedAt: now } : breaker;
  const counted = { ...window, requests: window.requests + 1, failures: window.failures + (isSuccess ? 0 : 1) };
  return counted.requests >= fewestRequests && counted.failures >= failedShare * counted.requests ? opened(now) : counted;
}

function opened(now: Date): Breaker {
  return { ...closedBreaker, state: 'open', until: after(now, openFor) };
}
