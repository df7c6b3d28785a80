import { after, days } from '#kernel/clock';

/** Tables that are cut into weeks, and by which of their times. */
export const weeklyTables = [
  { parent: 'event', cut: 'created_at' },
  { parent: 'webhook_delivery', cut: 'created_at' },
  { parent: 'webhook_attempt', cut: 'attempted_at' },
] as const;

/** This week and the next two: a keeper that was away for a fortnight has missed nothing. */
export function weeksAhead(now: Date): Date[] {
  return [now, after(now, days(7)), after(now, days(14))];
}

/** When the week of a table's name ends, e.g. `event_20261116`; null: it is no week (what has none yet lies in `event_rest`). */
export function endOfWeek(table: string): Date | null {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(table) ?? [];
  return year && month && day ? after(new Date(`${year}-${month}-${day}T00:00:00Z`), days(7)) : null;
}

/** `drop_idle`: unless something in it waits; `drop`: in any case. What still waits after twice the retention would not be of use to anybody. */
export type WeekFate = 'keep' | 'drop_idle' | 'drop';

export function fateOf(ends: Date, retentionDays: number, now: Date): WeekFate {
  if (ends > after(now, -days(retentionDays))) return 'keep';
  return ends > after(now, -days(2 * retentionDays)) ? 'drop_idle' : 'drop';
}
