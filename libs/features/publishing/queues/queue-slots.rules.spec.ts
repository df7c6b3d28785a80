import { describe, expect, it } from 'vitest';
import { after, days, minutes } from '#kernel/clock';
import { nextSlots, type Timeslot } from './queue-slots.rules.js';

const from = new Date('2026-11-22T10:00:00Z');
const slots = (...texts: string[]): Timeslot[] => texts.map((text, id) => ({ id, day: Number(text[0]), time: text.slice(2) }));
const take = (count: number, timeslots: readonly Timeslot[], zone: string, start: string | Date): string[] => {
  const found: string[] = [];
  for (const { at } of nextSlots(timeslots, zone, new Date(start))) {
    if (found.push(at.toISOString().slice(0, 16)) === count) break;
  }
  return found;
};
const everyDay = (time: string): string[] => [0, 1, 2, 3, 4, 5, 6].map((day) => `${day} ${time}`);

describe('the slots of a week', () => {
  it.each<[string, string[], string, string, string[]]>([
    ['go on from week to week', ['1 09:00', '3 18:30'], 'UTC', '2026-11-22T10:00Z', ['2026-11-23T09:00', '2026-11-25T18:30', '2026-11-30T09:00']],
    ['come in the order of time, not of the list', ['0 18:00', '0 11:00'], 'UTC', '2026-11-22T10:00Z', ['2026-11-22T11:00', '2026-11-22T18:00', '2026-11-29T11:00']],
    ['begin after the moment itself', ['0 10:00'], 'UTC', '2026-11-22T10:00Z', ['2026-11-29T10:00']],
    ['go on over the end of the year', ['4 23:30', '5 00:15'], 'Europe/Berlin', '2026-12-31T20:00Z', ['2026-12-31T22:30', '2026-12-31T23:15', '2027-01-07T22:30']],
    ['are of the day there, not here', ['1 01:00'], 'Pacific/Auckland', '2026-11-22T10:00Z', ['2026-11-22T12:00']],
    ['keep to the clock over a gap', everyDay('02:30'), 'Europe/Berlin', '2027-03-26T12:00Z', ['2027-03-27T01:30', '2027-03-28T01:00', '2027-03-29T00:30']],
    ['fire once where the clock goes back', everyDay('02:30'), 'Europe/Berlin', '2026-10-23T12:00Z', ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']],
    ['are one where a gap puts them together', ['0 02:10', '0 02:50', '0 03:00'], 'Europe/Berlin', '2027-03-28T00:00Z', ['2027-03-28T01:00', '2027-04-04T00:10']],
    ['over a gap in New York', everyDay('02:30'), 'America/New_York', '2027-03-13T00:00Z', ['2027-03-13T07:30', '2027-03-14T07:00', '2027-03-15T06:30']],
    ['over the other in New York', everyDay('01:30'), 'America/New_York', '2026-10-31T00:00Z', ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30']],
    ['over a gap of half an hour', everyDay('02:10'), 'Australia/Lord_Howe', '2026-10-02T00:00Z', ['2026-10-02T15:40', '2026-10-03T15:30', '2026-10-04T15:10']],
    ['over the other half hour', everyDay('01:40'), 'Australia/Lord_Howe', '2027-04-02T00:00Z', ['2027-04-02T14:40', '2027-04-03T14:40', '2027-04-04T15:10']],
    ['of a skipped day come at the beginning of the next', everyDay('09:00'), 'Pacific/Apia', '2011-12-29T00:00Z', ['2011-12-29T19:00', '2011-12-30T10:00', '2011-12-30T19:00']],
  ])('%s', (_what, week, zone, start, expected) => {
    expect(take(expected.length, slots(...week), zone, start)).toEqual(expected);
  });

  it('between two readings of the same wall time has not come again', () => {
    expect(take(1, slots('0 02:30'), 'Europe/Berlin', '2026-10-25T00:45Z')).toEqual(['2026-11-01T01:30']);
  });

  it('end at a bound, and are none without timeslots', () => {
    expect([...nextSlots(slots(...everyDay('12:00')), 'UTC', from, after(from, days(3)))]).toHaveLength(3);
    expect([...nextSlots([], 'UTC', from)]).toEqual([]);
    expect([...nextSlots(slots('1 12:00'), 'UTC', from)].length).toBeLessThan(530);
  });
});

it('hold in every timezone that there is: in order, and at the slot\'s time on the clocks there, but for gaps', () => {
  const week = slots(...['00:00', '00:45', '02:30', '12:00', '23:59'].flatMap(everyDay));
  // Both changes of either hemisphere lie in these weeks.
  const starts = ['2026-03-07', '2026-03-25', '2026-04-03', '2026-09-25', '2026-10-22', '2026-10-30', '2026-12-29'];
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    for (const start of starts) {
      const begin = new Date(start);
      const found = [...nextSlots(week, zone, begin, after(begin, days(7)))];
      let latest = begin;
      let odd = 0;
      for (const { at, timeslotId } of found) {
        expect(at > latest, `${zone} ${at.toISOString()}`).toBe(true);
        latest = at;
        const slot = week[timeslotId];
        const shown = clock.format(at).replace(/[^\w:]+/g, ' ');
        if (shown !== `${['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][slot?.day ?? 0] ?? ''} ${slot?.time ?? ''}`) {
          odd += 1;
          // Only a gap moves a slot: the clocks have jumped in the minute before.
          const offsetOf = (instant: Date): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).format(instant).slice(-6);
          expect(offsetOf(after(at, -minutes(1))), `${zone} ${at.toISOString()}`).not.toBe(offsetOf(at));
        }
      }
      expect(odd, `${zone} ${start}`).toBeLessThanOrEqual(1);
      expect(found.length).toBeGreaterThanOrEqual(33);
      expect(found.length).toBeLessThanOrEqual(36);
    }
  }
}, 60_000);
