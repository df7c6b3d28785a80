import { after, days } from '#kernel/clock';
import { openTimezone } from './timezone.rules.js';

/** A minute of the week on the clocks of a timezone. */
export interface Timeslot {
  readonly id: number;
  /** 0 is Sunday. */
  readonly day: number;
  /** "HH:MM" */
  readonly time: string;
}

export interface Slot {
  readonly at: Date;
  readonly timeslotId: number;
}

/** How far ahead a queue looks: a thousand posts at two a week. */
const horizon = days(3660);

/**
 * The moments of weekly slots after `from`, each later than the one before. Where clocks jump ahead, a slot that does not exist is the next
 * minute that does; where they are set back, the first of two. Slots that fall on one moment are one.
 */
export function* nextSlots(timeslots: readonly Timeslot[], timezone: string, from: Date, until: Date = after(from, horizon)): Generator<Slot, void, undefined> {
  if (timeslots.length === 0) return;
  const zone = openTimezone(timezone);
  const week = byDay(timeslots);
  // From the day before: a slot in a day that was skipped comes at the beginning of the next.
  const firstDay = Math.floor(zone.toWall(from.getTime()) / days(1)) - 1;
  const lastDay = Math.floor(zone.toWall(until.getTime()) / days(1));
  let latest = from.getTime();
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const { id, wall } of week[weekdayOf(day)] ?? []) {
      const at = zone.toInstant(day * days(1) + wall);
      if (at > until.getTime()) return;
      if (at <= latest) continue;
      latest = at;
      yield { at: new Date(at), timeslotId: id };
    }
  }
}

/** 1 January 1970, day 0, was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function byDay(timeslots: readonly Timeslot[]): { readonly id: number; readonly wall: number }[][] {
  return Array.from({ length: 7 }, (_, weekday) => timeslots
    .filter(({ day }) => day === weekday)
    .map(({ id, time }) => ({ id, wall: Date.parse(`1970-01-01T${time}:00Z`) }))
    .sort((a, b) => a.wall - b.wall));
}
