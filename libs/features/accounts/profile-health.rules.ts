import { days } from '#kernel/clock';

export interface HealthProblem {
  /** Stable, e.g. `permission_missing`. */
  readonly code: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface ConnectionFacts {
  readonly status: 'active' | 'expired' | 'inactive';
  readonly tokenExpiresAt: Date | null;
  /** Why the stored token cannot be opened; null: it can. */
  readonly tokenFault: 'key_missing' | 'damaged' | null;
  /** Empty: unknown. */
  readonly granted: readonly string[];
  readonly wanted: readonly { readonly name: string; readonly allows: string }[];
  /** A token that is this near its end has not been renewed in time. */
  readonly refreshDays: number;
}

/** Whole days; null when nobody knows; 0 on the last day and after it. */
export function daysLeft(expiresAt: Date | null, now: Date): number | null {
  return expiresAt && Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / days(1)));
}

export function missingPermissions(facts: Pick<ConnectionFacts, 'granted' | 'wanted'>): readonly { readonly name: string; readonly allows: string }[] {
  return facts.granted.length === 0 ? [] : facts.wanted.filter(({ name }) => !facts.granted.includes(name));
}

/** What is wrong with a connection, each with its cause and what a person can do. */
export function findProblems(facts: ConnectionFacts, now: Date): HealthProblem[] {
  const reconnect = 'Connect the account again with initialize_connection.';
  if (facts.status !== 'active') return [{ code: 'disconnected', cause: 'The network no longer accepts the token, or the access was taken away', remedy: reconnect }];
  if (facts.tokenFault === 'key_missing') return [{ code: 'token_unreadable', cause: 'The encryption key of the stored token is missing here', remedy: 'Run "heliograph doctor": it names the key. Until it is back, nothing can be published.' }];
  if (facts.tokenFault === 'damaged') return [{ code: 'token_unreadable', cause: 'The stored token cannot be decrypted', remedy: reconnect }];
  const left = daysLeft(facts.tokenExpiresAt, now);
  const missing = missingPermissions(facts).map(({ name, allows }) => ({ code: 'permission_missing', cause: `${name} was not granted. It allows: ${allows}`, remedy: reconnect }));
  // A day of grace: renewals are tried some times a day.
  const isLate = left !== null && left < facts.refreshDays - 1;
  return isLate ? [{ code: 'token_expiring', cause: `The token expires in ${String(left)} days and could not be renewed`, remedy: 'Look for "A token could not be renewed" in the worker\'s log; if it stays, connect the account again.' }, ...missing] : missing;
}
