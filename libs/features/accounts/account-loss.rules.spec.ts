import { describe, expect, it } from 'vitest';
import { days } from '#kernel/clock';
import type { NetworkErrorClass } from '#networks/port/network-error';
import { dueNotice, lossOf, lostState, noticesFor } from './account-loss.rules.js';

const facts = { code: null, subcode: null, message: 'x', httpStatus: null, traceId: null, remedy: null };

describe('lossOf', () => {
  it.each<[NetworkErrorClass, 'account' | null, string | null]>([
    ['needs_reauth', null, 'profile_disconnected'], ['needs_user', 'account', 'account_blocked'], ['needs_user', null, null],
    ['retry_later', null, null], ['rate_limited', null, null], ['rejected', null, null], ['recreate', null, null], ['poll', null, null], ['outcome_unknown', null, null],
  ])('%s that concerns %s: %s', (errorClass, concerns, loss) => expect(lossOf({ errorClass, facts: { ...facts, ...(concerns && { concerns }) } })).toBe(loss));

  it('tells a blocked account from a dead token', () => {
    expect(lostState('profile_disconnected')).toEqual({ status: 'expired', statusReason: null });
    expect(lostState('account_blocked')).toEqual({ status: 'inactive', statusReason: 'account_blocked' });
  });
});

describe('warnings of a token that runs out', () => {
  it.each([[15, [1, 3, 7, 14]], [14, [1, 3, 7]], [2, [1]], [1, []]])('are those that a renewal %s days ahead never comes to', (refreshDays, expected) => expect(noticesFor(refreshDays)).toEqual(expected));

  it.each([[15, null], [14.01, null], [14, 14], [8, 14], [7, 7], [3.5, 7], [3, 3], [1, 1], [0.1, 1], [0, null], [-2, null]])('with %s days left: %s', (left, notice) => expect(dueNotice(left * days(1), noticesFor(15))).toBe(notice));
});
