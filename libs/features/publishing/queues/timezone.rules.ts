import { hours, minutes } from '#kernel/clock';

/** Wall time as if it were UTC, in milliseconds: the same numbers on the clock. */
export type WallTime = number;

/** Tells moments and wall times of one IANA timezone from each other, by the rules of the running Node (ICU). */
export interface Timezone {
  toWall(instant: number): WallTime;
  /** Of a wall time that exists twice the first moment; of one that does not exist the next minute that does. */
  toInstant(wall: WallTime): number;
}

/** No offset is farther from UTC: so long before and after, the other side of a change is read for certain. */
const widest = hours(15);

/** Names only: an offset such as `+01:00`, which newer versions of Intl take as well, knows no summer. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    readerOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function openTimezone(name: string): Timezone {
  const offsetAt = readerOf(name);
  return {
    toWall: (instant) => instant + offsetAt(instant),
    toInstant: (wall) => {
      const [before, after] = [offsetAt(wall - widest), offsetAt(wall + widest)];
      if (before === after) return wall - before;
      // Earlier moments first: `before` is the offset of the first of two.
      const found = [before, after].filter((offset) => offsetAt(wall - offset) === offset).map((offset) => wall - offset);
      return found.length > 0 ? Math.min(...found) : firstMinuteAfter(wall, before, offsetAt);
    },
  };
}

type OffsetReader = (instant: number) => number;

/** @throws RangeError for a name that Intl does not know */
function readerOf(timeZone: string): OffsetReader {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (instant) => {
    const [, sign, hour = '0', minute = '0', second = '0'] = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(format.format(instant)) ?? [];
    const offset = hours(Number(hour)) + minutes(Number(minute)) + Number(second) * 1000;
    return sign === '-' ? -offset : offset;
  };
}

/** The minute at which clocks jumped over this wall time, found by halving. */
function firstMinuteAfter(wall: WallTime, before: number, offsetAt: OffsetReader): number {
  let [low, high] = [Math.floor((wall - widest) / minutes(1)), Math.ceil((wall + widest) / minutes(1))];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * minutes(1)) === before) low = middle;
    else high = middle;
  }
  return high * minutes(1);
}
