import { expect, it } from 'vitest';
import { DecodeGate } from './decode-gate.js';

it('runs so many at once, the others in order, also after one has failed', async () => {
  const gate = new DecodeGate(2);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const start = (name: number, fails = false): Promise<void> =>
    gate.run(async () => {
      began.push(name);
      await new Promise<void>((end) => ends.push(end));
      if (fails) throw new Error('damaged');
    });
  const runs = [start(1, true), start(2), start(3), start(4)];
  await expect.poll(() => began).toEqual([1, 2]);
  ends[0]?.();
  await expect(runs[0]).rejects.toThrow('damaged');
  await expect.poll(() => began).toEqual([1, 2, 3]);
  ends[1]?.();
  await expect.poll(() => began).toEqual([1, 2, 3, 4]);
  ends.slice(2).forEach((end) => end());
  await Promise.all(runs.slice(1));
});
