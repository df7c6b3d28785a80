import { validationFailed, type Violation } from '#kernel/app-error';
import type { NewTimeslot } from './post-queue.repository.js';
import type { Timeslot } from './queue-slots.rules.js';

/** An entry of `queue_timeslots_attributes`, in either form; null is as left out. */
export interface TimeslotAttributes {
  readonly id?: number | null | undefined;
  readonly _destroy?: boolean | null | undefined;
  readonly day?: number | null | undefined;
  readonly time?: string | null | undefined;
}

const maxTimeslots = 200;
const field = 'post_queue.queue_timeslots_attributes';

/**
 * Which slots go and which come.
 * @throws AppError validation_failed for an entry in neither form, for a minute of the week that the queue has already, for too many slots
 */
export function readTimeslotChange(existing: readonly Timeslot[], entries: readonly TimeslotAttributes[]): { readonly removed: readonly number[]; readonly added: readonly NewTimeslot[] } {
  const violations: Violation[] = [];
  const removed = new Set(entries.flatMap(({ id, _destroy }) => (_destroy === true ? (id ?? []) : [])));
  const minutes = new Set(existing.filter(({ id }) => !removed.has(id)).map(minuteOf));
  const added: NewTimeslot[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `${field}[${index}]`;
    const [id, day, time] = [entry.id ?? null, entry.day ?? null, entry.time ?? null];
    const isRemoval = entry._destroy === true;
    if (isRemoval && id !== null && day === null && time === null) continue;
    if (isRemoval || id !== null || day === null || time === null) {
      violations.push({ rule: 'post_queue.timeslot_form', path, message: `${path} must be {day, time} or {id, _destroy: true}` });
      continue;
    }
    const slot = { day, time };
    if (minutes.has(minuteOf(slot))) violations.push({ rule: 'post_queue.timeslot_unique', path, message: `There is already a timeslot on day ${day} at ${time}`, actual: minuteOf(slot) });
    minutes.add(minuteOf(slot));
    added.push(slot);
  }
  const count = existing.length - removed.size + added.length;
  if (count > maxTimeslots) violations.push({ rule: 'post_queue.timeslots_max', path: field, message: `A queue has at most ${maxTimeslots} timeslots`, limit: maxTimeslots, actual: count });
  if (violations.length > 0) throw validationFailed(violations);
  return { removed: [...removed], added };
}

/** @param missing the answer of the repository @throws AppError validation_failed when a slot was not there */
export function requireTimeslots(missing: number | null): void {
  if (missing !== null) throw validationFailed([{ rule: 'post_queue.timeslot_exists', path: field, message: `Timeslot not found for ${missing}`, actual: missing }]);
}

function minuteOf({ day, time }: NewTimeslot): string {
  return `${day} ${time}`;
}
