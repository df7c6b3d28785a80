import { findContext, type RequestContext } from '#infra/logging/request-context';

/** A request's hold on its idempotency key. */
export interface IdempotencyClaim {
  readonly workspaceId: string;
  readonly key: string;
  /** Fences: a request that lost the key to a later one changes nothing. */
  readonly token: string;
  /** Of the answer. */
  readonly status: number;
  /** The answer is stored; nothing of the request may be undone any more. */
  isAnswered: boolean;
}

const claims = new WeakMap<RequestContext, IdempotencyClaim>();

export function rememberClaim(claim: IdempotencyClaim): void {
  const context = findContext();
  if (!context) throw new Error('A claim outside of any context');
  claims.set(context, claim);
}

/** The claim of the request that is being answered; null when it came without a key. */
export function findClaim(): IdempotencyClaim | null {
  const context = findContext();
  return (context && claims.get(context)) ?? null;
}
