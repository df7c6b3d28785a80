import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestOf } from './digest.js';

const digestOfJson = (json: string): string => createHash('sha256').update(json).digest('base64url');

it('is that of the JSON text, for every value JSON has', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const names = new Set<string>();
    JSON.stringify(value, (key: string, inner: unknown) => (names.add(key), inner));
    // A list of names makes JSON.stringify write them in its order, those too that an object has inherited. What looks like an index comes first wherever it stands.
    fc.pre(![...names].some((name) => /^\d+$|^__proto__$/.test(name)));
    expect(digestOf(value)).toBe(digestOfJson(JSON.stringify(value, [...names].sort())));
  }));
});

it('does not depend on the order of keys', () => {
  expect(digestOf({ b: [{ d: 1, c: 2 }], a: null })).toBe(digestOf({ a: null, b: [{ c: 2, d: 1 }] }));
  expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
});

it('takes what looks like a prototype for the key it is', () => {
  expect(digestOf(JSON.parse('{"b":{},"__proto__":[1]}'))).toBe(digestOfJson('{"__proto__":[1],"b":{}}'));
});

it('takes what rows hold: dates, large numbers, what is not set', () => {
  const at = new Date('2026-11-22T08:00:00Z');
  expect(digestOf({ at, size: 9_007_199_254_740_993n, gone: undefined, list: [undefined] }))
    .toBe(digestOfJson('{"at":"2026-11-22T08:00:00.000Z","list":[null],"size":"9007199254740993"}'));
  expect(digestOf(undefined)).toBe(digestOfJson(''));
});
