import { randomBytes, randomInt } from 'node:crypto';

/** Stands in a request's body where each request sent has words of its own. */
export const anyWords = '%words%';
/** Stands where each has a day of its own, or nearly. */
const anyDay = '2099-01-01';

/** The same post twice is refused, so what makes load makes different ones: their words, and their day within a year. */
export function variedBody(body: string): string {
  const day = new Date(Date.UTC(2099, 0, 1 + randomInt(365))).toISOString().slice(0, 10);
  return body.replaceAll(anyWords, randomBytes(24).toString('hex')).replaceAll(anyDay, day);
}
