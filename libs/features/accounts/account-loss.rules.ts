import type { NetworkError } from '#networks/port/network-error';

/**
 * How a profile is lost. `profile_disconnected`: its token is dead, the person must connect it again. `account_blocked`: the network asks the
 * person to do something in its own app first (a checkpoint, a restriction); the token may still be good.
 */
export type AccountLoss = 'profile_disconnected' | 'account_blocked';

/** What a failed call says of the account, whatever it was for; null: nothing, it is about the call alone. */
export function lossOf({ errorClass, facts }: Pick<NetworkError, 'errorClass' | 'facts'>): AccountLoss | null {
  if (errorClass === 'needs_reauth') return 'profile_disconnected';
  return facts.concerns === 'account' ? 'account_blocked' : null;
}

/** A lost profile, as its row says it. */
export function lostState(loss: AccountLoss): { readonly status: 'expired' | 'inactive'; readonly statusReason: string | null } {
  return loss === 'account_blocked' ? { status: 'inactive', statusReason: 'account_blocked' } : { status: 'expired', statusReason: null };
}

/** Days before a token's end at which people are warned. */
const noticeDays: readonly number[] = [1, 3, 7, 14];

/**
 * The warnings that a token which is renewed in time never comes to: those nearer to its end than the first try to renew it.
 * @param refreshDays a token is renewed when it runs out within so many days
 */
export function noticesFor(refreshDays: number): readonly number[] {
  return noticeDays.filter((limit) => limit < refreshDays);
}

/** The warning that a token with so much time left is due for, in days; null: none. What has run out is not warned of any more. */
export function dueNotice(millisecondsLeft: number, notices: readonly number[]): number | null {
  if (millisecondsLeft <= 0) return null;
  return notices.find((limit) => millisecondsLeft <= limit * 86_400_000) ?? null;
}
