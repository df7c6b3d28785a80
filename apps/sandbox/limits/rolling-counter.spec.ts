import { describe, expect, it } from 'vitest';
import { RollingCounter } from './rolling-counter.js';

const START = 1_800_000_000_000;

function calls(counter: RollingCounter, count: number, at: number): void {
  for (let each = 0; each < count; each += 1) counter.add(START + at);
}

describe('Rolling counter', () => {
  it('counts what is younger than the window', () => {
    const counter = new RollingCounter(60_000, 1000);
    calls(counter, 3, 0);
    calls(counter, 2, 30_000);
    expect([59_000, 60_000, 89_000, 90_000].map((at) => counter.count(START + at))).toEqual([5, 2, 2, 0]);
  });

  it('is empty after any pause longer than the window', () => {
    const counter = new RollingCounter(60_000, 1000);
    calls(counter, 3, 0);
    expect(counter.count(START + 86_400_000)).toBe(0);
  });

  it('tells when enough calls have left, and is right about it', () => {
    const counter = new RollingCounter(60_000, 1000);
    calls(counter, 2, 0);
    calls(counter, 2, 10_500);
    calls(counter, 2, 20_000);
    expect([7, 6, 5, 4, 3, 2, 1].map((limit) => counter.msUntilBelow(limit, START + 20_000))).toEqual([0, 40_000, 40_000, 50_000, 50_000, 60_000, 60_000]);
    expect([counter.count(START + 69_999), counter.count(START + 70_000)]).toEqual([4, 2]);
  });

  it('keeps its counts when the system clock is set back', () => {
    const counter = new RollingCounter(60_000, 1000);
    calls(counter, 1, 30_000);
    calls(counter, 1, 0);
    expect(counter.count(START)).toBe(2);
  });
});
