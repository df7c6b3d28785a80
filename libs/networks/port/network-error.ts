/**
 * What a failed call to a network means for the step that made it. Each adapter maps the network's codes to one of these
 * by number; worker policy follows from the class alone.
 *
 * - `retry_later` nothing happened, the same call may be repeated after a pause
 * - `rate_limited` as above, not before `retryAt` (null: unknown, use the ordinary plan)
 * - `needs_reauth` the token or a permission is gone; the person must reconnect
 * - `needs_user` the person must act inside the network's own app
 * - `rejected` the input is wrong; repeating it can never help
 * - `recreate` the container is lost or its media was not fetched; make a new container and go on
 * - `poll` the container is not ready yet; ask it again
 * - `outcome_unknown` the effect may have happened; ask the network before doing anything else
 */
export const networkErrorClasses = [
  'retry_later', 'rate_limited', 'needs_reauth', 'needs_user', 'rejected', 'recreate', 'poll', 'outcome_unknown',
] as const;

export type NetworkErrorClass = (typeof networkErrorClasses)[number];

export interface NetworkErrorFacts {
  /** Signed integers as the network sent them; null where it sent none. */
  readonly code: number | null;
  readonly subcode: number | null;
  /** The network's own words, for people; never matched on. */
  readonly message: string;
  readonly httpStatus: number | null;
  readonly traceId: string | null;
  /** What a person should do about it, in our words. */
  readonly remedy: string | null;
  /** Id of the rule of ours that what was refused breaks. Absent: it breaks none that the refusal could be about. */
  readonly rule?: string;
  /** After so many tries of this class for this fault, treat it as `rejected`. Absent: the ordinary plan decides. */
  readonly maxTries?: number;
  /** It is about the account, whatever is asked for: nothing can be done for it until its owner has acted. Absent: about this call alone. */
  readonly concerns?: 'account';
  /** No answer came in time. */
  readonly isTimeout?: true;
  /** With `rate_limited`: it is the limit on posts (or containers) and not on calls, so other calls may go on. */
  readonly isPostLimit?: true;
  /** With `outcome_unknown`: once the network shows that nothing happened, this is final, and trying again makes it worse. */
  readonly isFinalIfUntouched?: boolean;
}

export class NetworkError extends Error {
  constructor(
    readonly errorClass: NetworkErrorClass,
    readonly facts: NetworkErrorFacts,
    readonly retryAt: Date | null = null,
    options?: { cause?: unknown },
  ) {
    super(facts.message, options);
    this.name = 'NetworkError';
  }
}
