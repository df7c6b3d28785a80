import { eventTypes } from './event-types.js';

const families = new Set(eventTypes.map((type) => `${type.split('.')[0] ?? ''}.*`));

/** What a subscription or a replay may ask for: `*`, families such as `post.*`, and types. */
export const eventPatterns: readonly string[] = ['*', ...families, ...eventTypes];
