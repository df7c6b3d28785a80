import { describe, expect, it } from 'vitest';
import { readContentRange } from './content-range.js';

describe('readContentRange', () => {
  it.each([
    ['bytes 0-9/100', { kind: 'bytes', start: 0, end: 9, total: 100 }],
    [' bytes 10-99/100 ', { kind: 'bytes', start: 10, end: 99, total: 100 }],
    ['bytes 0-0/*', { kind: 'bytes', start: 0, end: 0, total: null }],
    ['bytes */100', { kind: 'question', total: 100 }],
    ['bytes */*', { kind: 'question', total: null }],
  ])('reads %j', (header, expected) => expect(readContentRange(header)).toEqual(expected));

  it.each(['', 'bytes', 'bytes 0-9', 'bytes=0-9/100', 'items 0-9/100', 'bytes 9-0/100', 'bytes 0-100/100', 'bytes 0-/100', 'bytes -9/100', 'bytes 0-9/100, 5', `bytes 0-9/${'9'.repeat(16)}`])(
    'refuses %j', (header) => expect(readContentRange(header)).toBeNull(),
  );
});
