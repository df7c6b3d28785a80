import { describe, expect, it } from 'vitest';
import { isId, newId } from './ids.js';

describe('newId', () => {
  it('makes ids that sort in the order they were made, within and across milliseconds', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => newId('post', 1_800_000_000_000 + Math.floor(index / 3000)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps the order when the clock steps back', () => {
    const first = newId('post', 1_900_000_000_000);
    expect(newId('post', 1_899_999_999_000) > first).toBe(true);
  });
});

describe('isId', () => {
  it.each([
    [newId('post'), true],
    [newId('media'), false],
    ['post_', false],
    [`${newId('post')}x`, false],
    [newId('post').toUpperCase(), false],
  ])('%s', (text, expected) => {
    expect(isId('post', text)).toBe(expected);
  });
});
