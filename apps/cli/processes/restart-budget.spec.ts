import { describe, expect, it } from 'vitest';
import { RestartBudget } from './restart-budget.js';

describe('RestartBudget', () => {
  it('grants five restarts a minute, each later than the one before, and recovers with time', () => {
    const budget = new RestartBudget();
    const waits = [0, 1, 2, 3, 4].map((second) => budget.spend(second * 1000));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000]);
    expect(budget.spend(59_999)).toBeNull();
    expect(budget.spend(60_000)).toBe(4000);
    expect(budget.spend(200_000)).toBe(250);
  });
});
