import { createHash } from 'node:crypto';

/** SHA-256 of a value as JSON with sorted keys: equal values have equal digests, whatever the order of their keys. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys) ?? '').digest('base64url');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
