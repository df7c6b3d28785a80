import { ACCESS_ERRORS, PERMISSION_ERROR } from './error-access.table.js';
import { MESSAGING_ERRORS } from './error-messaging.table.js';
import { PUBLISHING_ERRORS } from './error-publishing.table.js';
import type { ErrorRow } from './error-row.js';

/**
 * Every error of the reference, keyed `code` or `code/subcode` (§2.3 to §2.5). The rules throw from here and faults take
 * their presets from here. HTTP status: "mostly 400 for everything, 403 for some permission codes, 401/429/5xx possible" (§2.1).
 */
const ERROR_TABLE = { ...PUBLISHING_ERRORS, ...ACCESS_ERRORS, ...MESSAGING_ERRORS };

/** Names of all rows: what a fault's `preset` may be, besides the other codes of 200–299. */
export const ERROR_KEYS: readonly string[] = Object.keys(ERROR_TABLE);

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type TableKey = keyof typeof ERROR_TABLE;

/** With the permission codes 200–299, of which only some have a row of their own. */
export type ErrorKey = TableKey | `2${Digit}${Digit}`;

/** Rows with a title and text for people, which every language has. */
export type WordedKey = { [K in TableKey]: (typeof ERROR_TABLE)[K] extends { user_msg: string } ? K : never }[TableKey];

export function isErrorKey(text: string): text is ErrorKey {
  return isTableKey(text) || /^2\d\d$/u.test(text);
}

export function errorRow(key: ErrorKey): ErrorRow {
  return isTableKey(key) ? ERROR_TABLE[key] : { ...PERMISSION_ERROR, message: `(#${key}) ${PERMISSION_ERROR.message}` };
}

/** Code and subcode as numbers; codes may be negative (§2.1). */
export function errorNumbers(key: ErrorKey): { code: number; subcode: number | null } {
  const [code, subcode] = key.split('/');
  return { code: errorRow(key).code ?? Number(code), subcode: subcode === undefined ? null : Number(subcode) };
}

function isTableKey(text: string): text is TableKey {
  return Object.hasOwn(ERROR_TABLE, text);
}
