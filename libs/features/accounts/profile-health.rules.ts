import { days } from '#kernel/clock';

export interface HealthProblem {
  /** Stable, e.g. `permission_missing`. */
  readonly code: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface ConnectionFacts {
  readonly status: 'active' | 'expired' | 'inactive';
  /** `account_blocked`: the network asks the person to act in its own app. */
  readonly statusReason: string | null;
  readonly tokenExpiresAt: Date | null;
  /** Why the stored token cannot be opened; null: it can. */
  readonly tokenFault: 'key_missing' | 'damaged' | null;
  /** What the last try to subscribe to the account's events failed with; null: nothing. */
  readonly webhookError: string | null;
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
  if (facts.statusReason === 'account_blocked') return [{ code: 'account_blocked', cause: 'The network has blocked the account until its owner does what it asks for, e.g. completes a checkpoint', remedy: 'Log in to the network\'s own app and do what it asks for; then connect the account again with initialize_connection, or release a held post with POST /api/posts/:id/release.' }];
  if (facts.status !== 'active') return [{ code: 'disconnected', cause: 'The network no longer accepts the token, or the access was taken away', remedy: reconnect }];
  if (facts.tokenFault === 'key_missing') return [{ code: 'token_unreadable', cause: 'The encryption key of the stored token is missing here', remedy: 'Run "heliograph doctor": it names the key. Until it is back, nothing can be published.' }];
  if (facts.tokenFault === 'damaged') return [{ code: 'token_unreadable', cause: 'The stored token cannot be decrypted', remedy: reconnect }];
  const left = daysLeft(facts.tokenExpiresAt, now);
  const missing = missingPermissions(facts).map(({ name, allows }) => ({ code: 'permission_missing', cause: `${name} was not granted. It allows: ${allows}`, remedy: reconnect }));
  const unsubscribed = facts.webhookError === null ? [] : [{ code: 'webhooks_not_subscribed', cause: `Comments and messages may not arrive; the network answered: ${facts.webhookError}`, remedy: 'It is tried again by itself. If it stays: the app must be Live with Advanced Access, the account public, and access to messages switched on in its settings.' }];
  const further = [...missing, ...unsubscribed];
  // A day of grace: renewals are tried some times a day.
  const isLate = left !== null && left < facts.refreshDays - 1;
  return isLate ? [{ code: 'token_expiring', cause: `The token expires in ${String(left)} days and could not be renewed`, remedy: 'Look for "A token could not be renewed" in the worker\'s log; if it stays, connect the account again.' }, ...further] : further;
}

/** `pending`: not yet tried since the account was connected; `none`: not connected, or nothing was granted that could be subscribed to. */
export type WebhookState = 'subscribed' | 'pending' | 'failed' | 'none';

interface WebhookFacts {
  readonly status: string;
  readonly webhookError: string | null;
  readonly webhookFields: readonly string[];
}

export function webhookState({ status, webhookError, webhookFields }: WebhookFacts, wanted: readonly string[]): WebhookState {
  if (status !== 'active' || wanted.length === 0) return 'none';
  if (webhookError !== null) return 'failed';
  return wanted.every((field) => webhookFields.includes(field)) ? 'subscribed' : 'pending';
}
