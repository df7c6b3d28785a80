import type { View } from '../node-type.js';

const DAY_MS = 86_400_000;
/** Meta's addresses break "after days" (§10 row 23, §11.11); how many is not documented. */
const LIFE_DAYS = 3;

/** The address of a file for people outside: good for 3 to 4 days, and the same all day. */
export function cdnLink(view: View, path: string): string {
  const end = (Math.ceil(view.now / DAY_MS) + LIFE_DAYS) * DAY_MS;
  return `${view.publicUrl}${path}?oe=${(end / 1000).toString(16)}`;
}

/** @param end the `oe` of an address; null: one of our own page's, which does not expire */
export function isExpiredLink(end: string | null, now: number): boolean {
  if (end === null) return false;
  return !/^[0-9a-f]{8,9}$/u.test(end) || Number.parseInt(end, 16) * 1000 <= now;
}
