import { describe, expect, it } from 'vitest';
import { Rounds } from './rounds.js';

describe('rounds', () => {
  it('come one after the other, also after one that failed', async () => {
    const failures: unknown[] = [];
    let [count, atOnce, most] = [0, 0, 0];
    const round = async (): Promise<void> => {
      count += 1;
      most = Math.max(most, (atOnce += 1));
      await Promise.resolve();
      atOnce -= 1;
      if (count === 2) throw new Error('the second');
    };
    const rounds = new Rounds({ round, pauseMs: 1, onFailure: (error) => void failures.push(error) });
    rounds.start();
    await expect.poll(() => count).toBeGreaterThan(3);
    await rounds.stop();
    expect(most).toBe(1);
    expect(failures).toEqual([new Error('the second')]);
  });

  it('end with the one under way', async () => {
    let end = (): void => undefined;
    let [begun, ended] = [0, 0];
    const round = async (): Promise<void> => {
      begun += 1;
      await new Promise<void>((resolve) => (end = resolve));
      ended += 1;
    };
    const rounds = new Rounds({ round, pauseMs: 0, onFailure: () => undefined });
    rounds.start();
    await expect.poll(() => begun).toBe(1);
    const stopping = rounds.stop();
    expect([rounds.isStopped, ended]).toEqual([true, 0]);
    end();
    await stopping;
    expect([begun, ended]).toEqual([1, 1]);
  });
});
