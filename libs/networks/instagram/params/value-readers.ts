import { parseUrl } from '#kernel/url';
import { asRecord } from '../graph/json-reader.js';
import type { UserTag } from './instagram-params.js';

/** A value of the wanted type, or what it should have been, as the end of a sentence that starts with the parameter's name. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

export type Reader<T> = (raw: unknown) => Reading<T>;

export const text: Reader<string> = (raw) => (typeof raw === 'string' ? { value: raw } : { problem: 'must be text' });

export function oneOf<T extends string>(allowed: readonly T[]): Reader<T> {
  return (raw) => {
    const value = allowed.find((candidate) => candidate === raw);
    return value === undefined ? { problem: `must be one of ${allowed.join(', ')}` } : { value };
  };
}

/** Form fields arrive as text: `"true"` is true, `"22"` is 22 (api-surface §5). */
export const flag: Reader<boolean> = (raw) => {
  if (raw === true || raw === 'true' || raw === '1') return { value: true };
  if (raw === false || raw === 'false' || raw === '0') return { value: false };
  return { problem: 'must be true or false' };
};

export const wholeNumber: Reader<number> = (raw) => {
  const value = toNumber(raw);
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? { value } : { problem: 'must be a whole number from 0' };
};

const share: Reader<number> = (raw) => {
  const value = toNumber(raw);
  return value !== null && value >= 0 && value <= 1 ? { value } : { problem: 'must be a number from 0 to 1' };
};

/** A number that a double holds exactly, or digits as text, which also hold longer ids. */
export const numericId: Reader<string> = (raw) => {
  const value = typeof raw === 'number' && Number.isSafeInteger(raw) ? String(raw) : raw;
  return typeof value === 'string' && /^\d{1,32}$/.test(value) ? { value } : { problem: 'must be a numeric id, as text' };
};

/** Instagram fetches the address itself and takes ASCII only (§1.2), so the parsed form is what is kept. */
export const webAddress: Reader<string> = (raw) => {
  const url = typeof raw === 'string' ? parseUrl(raw) : null;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? { value: url.href } : { problem: 'must be a http or https address' };
};

/** Letters, digits, dots and underscores, at most 30. A leading @ is taken off: Instagram refuses it (2207018). */
export const username: Reader<string> = (raw) => {
  const value = typeof raw === 'string' ? raw.trim().replace(/^@/, '') : '';
  return /^[A-Za-z0-9._]{1,30}$/.test(value) ? { value } : { problem: 'must be Instagram usernames' };
};

export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (raw) => {
    if (!Array.isArray(raw)) return { problem: 'must be a list' };
    const values: T[] = [];
    for (const [index, item] of raw.entries()) {
      const reading = read(item);
      if ('problem' in reading) return { problem: `[${index}] ${reading.problem}` };
      values.push(reading.value);
    }
    return { value: values };
  };
}

export function either<A, B>(first: Reader<A>, second: Reader<B>, problem: string): Reader<A | B> {
  return (raw) => {
    const reading = first(raw);
    if ('value' in reading) return reading;
    const other = second(raw);
    return 'value' in other ? other : { problem };
  };
}

const tagFields = { x: share, y: share, media_index: wholeNumber } as const;
const tagKeys = ['username', ...Object.keys(tagFields)];

export const userTag: Reader<UserTag> = (raw) => {
  const record = asRecord(raw);
  if (!record) return { problem: 'must be an object with a username' };
  const unknown = Object.keys(record).find((key) => !tagKeys.includes(key));
  if (unknown) return { problem: `has an unknown key ${unknown}; allowed: ${tagKeys.join(', ')}` };
  const name = username(record['username']);
  if ('problem' in name) return { problem: 'needs a username' };
  const numbers: { x?: number; y?: number; media_index?: number } = {};
  for (const key of ['x', 'y', 'media_index'] as const) {
    if (isAbsent(record[key])) continue;
    const reading = tagFields[key](record[key]);
    if ('problem' in reading) return { problem: `${key} ${reading.problem}` };
    numbers[key] = reading.value;
  }
  return { value: { username: name.value, ...numbers } };
};

/** Clients send null or an empty form field for "not set". */
export function isAbsent(raw: unknown): boolean {
  return raw === undefined || raw === null || raw === '';
}

function toNumber(raw: unknown): number | null {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  return typeof raw === 'string' && /^-?\d+(\.\d+)?$/.test(raw.trim()) ? Number(raw) : null;
}
