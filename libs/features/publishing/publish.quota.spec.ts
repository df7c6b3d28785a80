import { describe, expect, it } from 'vitest';
import { after, hours, minutes, seconds } from '#kernel/clock';
import { isFull, mustLeave, needsReading, roomAt, type QuotaReading } from './publish.quota.js';

const now = new Date('2026-11-22T12:00:00Z');
const reading = (change: Partial<QuotaReading> = {}): QuotaReading => ({ used: 0, total: 50, windowSeconds: 86_400, readAt: now, since: 0, ...change });
const readAgo = (ago: number, change: Partial<QuotaReading> = {}): QuotaReading => reading({ readAt: after(now, -ago), ...change });

describe('asking for the quota', () => {
  it.each<[string, QuotaReading | null, number | null, boolean]>([
    ['when nothing is known', null, null, true],
    ['not when it was asked in vain a moment ago', null, minutes(4), false],
    ['again when that is a while ago', null, minutes(5), true],
    ['not when it is known and far', readAgo(minutes(59), { used: 39 }), minutes(59), false],
    ['after an hour', readAgo(minutes(60)), minutes(60), true],
    ['after five minutes within 20 % of the total', readAgo(minutes(5), { used: 40 }), minutes(5), true],
    ['also by own posts since', readAgo(minutes(5), { used: 30, since: 10 }), minutes(5), true],
    ['not before', readAgo(minutes(4), { used: 50 }), minutes(4), false],
    ['after an hour where the network names no total', readAgo(minutes(61), { total: null, used: 999 }), minutes(61), true],
  ])('%s', (_, known, askedAgo, expected) => expect(needsReading(known, askedAgo === null ? null : after(now, -askedAgo), now)).toBe(expected));
});

describe('a quota', () => {
  it.each([[{ used: 49 }, false], [{ used: 50 }, true], [{ used: 45, since: 5 }, true], [{ used: 500, total: null }, false], [{ used: 0, total: 0 }, true]])('%j: full %s', (change, expected) => expect(isFull(reading(change))).toBe(expected));

  it.each([[{ used: 50 }, 1], [{ used: 50, since: 3 }, 4], [{ used: 10 }, 1]])('%j: so many must leave: %i', (change, count) => expect(mustLeave(reading(change))).toBe(count));

  const first = after(now, -hours(20));
  it.each<[string, Partial<QuotaReading>, { count: number; at: Date | null }, Date]>([
    ['when the oldest of ours leaves, where all are ours', { used: 50 }, { count: 50, at: first }, after(first, hours(24) + seconds(1))],
    ['within the hour where others were made elsewhere', { used: 50 }, { count: 10, at: first }, after(now, hours(1))],
    ['earlier when ours leaves earlier', { used: 50 }, { count: 10, at: after(now, -hours(23.5)) }, after(now, minutes(30) + seconds(1))],
    ['by the hour where none is ours', { used: 50 }, { count: 0, at: null }, after(now, hours(1))],
    ['by the window that the network names', { used: 5, total: 5, windowSeconds: 3_600 }, { count: 5, at: after(now, -minutes(20)) }, after(now, minutes(40) + seconds(1))],
  ])('has room %s', (_, change, own, expected) => expect(roomAt(reading(change), own, now)).toEqual(expected));
});
