import { describe, expect, it } from 'vitest';
import { nextBatch, type RelayRound } from './relay.pace.js';

describe('nextBatch', () => {
  it.each<[string, number, RelayRound | null, number]>([
    ['nothing was there', 1_000, { events: 0, deliveries: 0 }, 1_000],
    ['nobody listens', 1_000, { events: 1_000, deliveries: 0 }, 1_000],
    ['ten endpoints', 1_000, { events: 1_000, deliveries: 10_000 }, 1_000],
    ['a hundred endpoints', 1_000, { events: 1_000, deliveries: 100_000 }, 200],
    ['more endpoints than a round affords', 1_000, { events: 10, deliveries: 300_000 }, 1],
    ['it failed', 1_000, null, 250],
    ['it failed with one event', 1, null, 1],
    ['it goes again: twice as many', 250, { events: 250, deliveries: 250 }, 500],
    ['it goes again, with a hundred endpoints', 150, { events: 150, deliveries: 15_000 }, 200],
    ['nothing was there after a failure', 1, { events: 0, deliveries: 0 }, 2],
  ])('%s', (_, batch, round, expected) => expect(nextBatch(batch, round)).toBe(expected));
});
