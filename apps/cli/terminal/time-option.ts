import { CliError } from './cli-error.js';

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longest = 3_650 * 86_400_000;

/** `24h`, `90d`, `30m`, `0s`: milliseconds. @throws CliError */
export function readDuration(option: string, text: string): number {
  const duration = findDuration(text);
  if (duration === null) throw new CliError(`${option} must be a whole number with s, m, h or d, at most 3650d, e.g. 24h; it is "${text}".`);
  return duration;
}

/** A moment to come: a duration from now, or an ISO 8601 date or time; without an offset it is UTC. @throws CliError */
export function readMoment(option: string, text: string, now: Date): Date {
  const duration = findDuration(text);
  if (duration !== null && duration > 0) return new Date(now.getTime() + duration);
  const [, date, time = 'T00:00', offset = 'Z'] = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2})?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(text) ?? [];
  const moment = new Date(date ? `${date}${time}${offset}` : Number.NaN);
  // A day that does not exist rolls over into the next month.
  const isReal = date !== undefined && !Number.isNaN(moment.getTime()) && new Date(`${date}T00:00Z`).toISOString().startsWith(date);
  if (!isReal) throw new CliError(`${option} must be a date (2027-01-31), a time (2027-01-31T18:00Z) or a duration (90d); it is "${text}".`);
  if (moment <= now) throw new CliError(`${option} must be in the future; it is "${text}".`);
  return moment;
}

function findDuration(text: string): number | null {
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const duration = Number(count) * (units[unit] ?? Number.NaN);
  return duration >= 0 && duration <= longest ? duration : null;
}
