import type { PostResult } from '#infra/http/egress/post-result';
import { nextAttempt, type Random } from './retry-plan.js';

export interface Attempted {
  /** Attempts so far, this one included. */
  readonly attempts: number;
  readonly isTest: boolean;
  readonly result: PostResult;
  readonly now: Date;
}

/** What an attempt means for its delivery and its endpoint. */
export interface DeliveryVerdict {
  readonly state: 'delivered' | 'pending' | 'dead';
  readonly nextAttemptAt: Date | null;
  /** e.g. `timeout`, `http_5xx`; null: it arrived. */
  readonly errorClass: string | null;
  readonly error: string | null;
  /** The receiver says that nobody is there any more. */
  readonly isGone: boolean;
}

const gone = 410;

/** Only 2xx is success. A test is tried once: somebody looks at it now, and not tomorrow. */
export function judgeAttempt({ attempts, isTest, result, now }: Attempted, random: Random): DeliveryVerdict {
  const fault = faultOf(result);
  if (fault === null) return { state: 'delivered', nextAttemptAt: null, errorClass: null, error: null, isGone: false };
  const nextAttemptAt = isTest ? null : nextAttempt({ attempts, now, retryAfter: retryAfterOf(result) }, random);
  return { state: nextAttemptAt ? 'pending' : 'dead', nextAttemptAt, ...fault, isGone: result.kind === 'answered' && result.statusCode === gone };
}

function faultOf(result: PostResult): { errorClass: string; error: string } | null {
  if (result.kind === 'failed') return { errorClass: result.failure, error: result.message };
  const { statusCode } = result;
  if (statusCode >= 200 && statusCode < 300) return null;
  const group = Math.floor(statusCode / 100);
  if (group === 3) return { errorClass: 'http_3xx', error: `The receiver redirected (${statusCode}); redirects are not followed` };
  return { errorClass: group === 4 || group === 5 ? `http_${group}xx` : 'invalid_response', error: `The receiver answered ${statusCode}` };
}

function retryAfterOf(result: PostResult): string | null {
  const value = result.kind === 'answered' ? result.headers['retry-after'] : undefined;
  return typeof value === 'string' ? value : null;
}
