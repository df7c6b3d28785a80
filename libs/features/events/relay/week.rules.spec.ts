import { describe, expect, it } from 'vitest';
import { after, days } from '#kernel/clock';
import { endOfWeek, fateOf, weeksAhead, type WeekFate } from './week.rules.js';

const now = new Date('2026-12-31T12:00:00Z');

describe('endOfWeek', () => {
  it.each([
    ['event_20261116', '2026-11-23T00:00:00.000Z'],
    ['webhook_delivery_20261228', '2027-01-04T00:00:00.000Z'],
    ['event_rest', undefined],
  ])('%s', (table, ends) => expect(endOfWeek(table)?.toISOString()).toBe(ends));
});

describe('fateOf', () => {
  it.each<[number, WeekFate]>([[-7, 'keep'], [29, 'keep'], [30, 'drop_idle'], [59, 'drop_idle'], [60, 'drop'], [400, 'drop']])(
    'a week that ended %i days ago: %s', (ago, fate) => expect(fateOf(after(now, -days(ago)), 30, now)).toBe(fate));
});

it('weeksAhead is this week and two more', () => expect(weeksAhead(now).map((moment) => moment.toISOString().slice(0, 10))).toEqual(['2026-12-31', '2027-01-07', '2027-01-14']));
