import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventFilters, isEventFilter } from './event-filter.rules.js';
import { eventTypes } from './event-types.js';

describe('isEventFilter', () => {
  it.each(['*', 'post.*', 'platform_post.*', 'webhook.test', 'message.failed_waiting_for_retry', 'token.*'])('takes %s', (filter) => {
    expect(isEventFilter(filter)).toBe(true);
  });

  it.each(['', 'post', 'post.', 'post.**', '*.*', 'post.nothing', 'Post.*', ' post.*', 'pos*', 'constructor', 'platform_post.failed.*', null, 1, ['*']])('refuses %j', (filter) => {
    expect(isEventFilter(filter)).toBe(false);
  });

  it('takes nothing besides types, their families and all', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.constantFrom(...eventFilters).chain((filter) => fc.nat(filter.length).map((cut) => filter.slice(0, cut)))), (text) => {
      const names = eventTypes.some((type) => type === text || (text.endsWith('.*') && type.startsWith(text.slice(0, -1))));
      expect(isEventFilter(text)).toBe(text === '*' || (names && !/^\.?\*$/.test(text)));
    }), { numRuns: 1000 });
  });
});
