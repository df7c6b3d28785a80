import { eventTypes } from './event-types.js';

/** `post.*` for each first part that a type has. */
const families = [...new Set(eventTypes.map((type) => `${type.slice(0, type.indexOf('.'))}.*`))];
const allowed: ReadonlySet<string> = new Set(['*', ...families, ...eventTypes]);

/** Everything that a subscription may ask for, to name it where something else was. */
export const eventFilters: readonly string[] = [...allowed];

export function isEventFilter(text: unknown): text is string {
  return typeof text === 'string' && allowed.has(text);
}
