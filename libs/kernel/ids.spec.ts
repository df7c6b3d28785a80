import { describe, expect, it } from 'vitest';
import { isId, newId } from './ids.js';

describe('newId', () => {
  it('makes ids that sort in the order they were made, within and across milliseconds', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => newId('post', 1_800_000_000_000 + Math.floor(index / 3000)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('makes UUIDs of version 7: time, version, counter, variant', () => {
    const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
    const now = 1_950_000_000_123;
    for (let index = 0; index < 100; index += 1) {
      const bits = [...newId('post', now).slice('post_'.length)].map((each) => alphabet.indexOf(each).toString(2).padStart(5, '0')).join('');
      expect(bits).toMatch(/^00[01]{48}0111[01]{12}10[01]{62}$/);
      expect([Number.parseInt(bits.slice(2, 50), 2), Number.parseInt(bits.slice(54, 66), 2)]).toEqual([now, index]);
    }
  });

  it('keeps the order when the clock steps back by a second', () => {
    const first = newId('post', 1_990_000_000_000);
    expect(newId('post', 1_989_999_999_000) > first).toBe(true);
  });

  it('follows a clock that was far ahead', () => {
    const wrong = newId('post', 1_990_000_000_000);
    const right = newId('post', 1_800_000_000_000);
    expect([right < wrong, newId('post', 1_800_000_000_000) > right]).toEqual([true, true]);
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
