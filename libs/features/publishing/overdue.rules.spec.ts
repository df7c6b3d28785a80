import { describe, expect, it } from 'vitest';
import { after, minutes } from '#kernel/clock';
import { isOverdue, overdueDecision, resolveOverdue, type OverdueDecision, type OverduePolicy, type OverdueWish } from './overdue.rules.js';

const now = new Date('2026-11-22T12:00:00Z');
const late = (by: number): Date => after(now, -minutes(by));

describe('overdueDecision', () => {
  it.each<[OverduePolicy['policy'], number, number, OverdueDecision]>([
    ['publish_late', 60, -10, 'publish'], ['publish_late', 60, 5, 'publish'], ['publish_late', 60, 60, 'publish'], ['publish_late', 60, 60.01, 'hold'],
    ['hold', 60, 5, 'publish'], ['hold', 60, 5.01, 'hold'], ['hold', 600, 60, 'hold'],
    ['skip', 60, 5, 'publish'], ['skip', 60, 5.01, 'skip'], ['skip', 60, 6000, 'skip'],
  ])('with %s (%s min), %s min late: %s', (policy, most, by, decision) => expect(overdueDecision({ policy, minutes: most }, late(by), now)).toBe(decision));
});

describe('resolveOverdue', () => {
  const installation: OverduePolicy = { policy: 'publish_late', minutes: 60 };
  it.each<[string, (OverdueWish | null)[], OverduePolicy]>([
    ['nobody says anything', [null, { policy: null, minutes: null }], installation],
    ['the workspace says something', [{ policy: 'skip', minutes: 30 }], { policy: 'skip', minutes: 30 }],
    ['the queue comes before the workspace, each for its part', [{ policy: 'hold', minutes: null }, { policy: 'skip', minutes: 30 }], { policy: 'hold', minutes: 30 }],
    ['what is not known counts as nothing', [{ policy: 'sometime', minutes: 10 }], { policy: 'publish_late', minutes: 10 }],
  ])('%s', (_, wishes, expected) => expect(resolveOverdue(wishes, installation)).toEqual(expected));
});

describe('isOverdue', () => {
  const row = { publishAt: late(10), timingSettledAt: null, deferral: null, dueAt: late(10) };
  it.each<[string, Partial<{ publishAt: Date | null; timingSettledAt: Date | null; deferral: string | null; dueAt: Date }>, boolean]>([
    ['late, and nobody came', {}, true],
    ['within the five minutes that posts wait for each other', { publishAt: late(5) }, false],
    ['without a time', { publishAt: null }, false],
    ['begun at its time, or released by a person', { timingSettledAt: late(9) }, false],
    ['having waited for a limit until now', { deferral: 'quota', dueAt: late(1) }, false],
    ['having waited for a limit, and nobody came at its end', { deferral: 'quota', dueAt: late(6) }, true],
    ['having waited for a limit that ended before its time', { deferral: 'quota', dueAt: late(20) }, true],
  ])('%s: %s', (_, change, expected) => expect(isOverdue({ ...row, ...change }, now)).toBe(expected));
});
