import { describe, expect, it } from 'vitest';
import { after, days } from '#kernel/clock';
import { daysLeft, findProblems, type ConnectionFacts } from './profile-health.rules.js';

const now = new Date('2026-11-22T12:00:00Z');
const sound: ConnectionFacts = { status: 'active', statusReason: null, tokenExpiresAt: after(now, days(40)), granted: ['read', 'write'], wanted: [{ name: 'read', allows: 'Reading' }, { name: 'write', allows: 'Writing' }], refreshDays: 15, tokenFault: null, webhookError: null };

describe('findProblems', () => {
  it.each<[string, Partial<ConnectionFacts>, string[]]>([
    ['nothing in a sound connection', {}, []],
    ['nothing where permissions and expiry are unknown', { granted: [], tokenExpiresAt: null }, []],
    ['a permission that was not granted', { granted: ['read'] }, ['permission_missing']],
    ['nothing while a renewal is only due', { tokenExpiresAt: after(now, days(14.5)) }, []],
    ['a renewal that does not come about', { tokenExpiresAt: after(now, days(5)), granted: ['x'] }, ['token_expiring', 'permission_missing', 'permission_missing']],
    ['a token that cannot be opened, and nothing else then', { tokenFault: 'damaged', granted: ['read'] }, ['token_unreadable']],
    ['events that could not be subscribed to', { webhookError: 'No', granted: ['read'] }, ['permission_missing', 'webhooks_not_subscribed']],
    ['an account that the network has blocked', { status: 'inactive', statusReason: 'account_blocked', granted: ['read'] }, ['account_blocked']],
    ['a lost connection, and nothing else then', { status: 'expired', granted: ['read'] }, ['disconnected']],
  ])('finds %s', (_, change, codes) => expect(findProblems({ ...sound, ...change }, now).map(({ code }) => code)).toEqual(codes));
});

describe('daysLeft', () => {
  it.each([[null, null], [after(now, days(1.9)), 1], [now, 0], [after(now, -days(3)), 0]])('of %s: %s', (expiresAt, expected) => expect(daysLeft(expiresAt, now)).toBe(expected));
});
