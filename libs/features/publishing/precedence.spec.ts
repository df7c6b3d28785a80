import { expect, it } from 'vitest';
import { Precedence } from './precedence.js';

const settled = async (promise: Promise<void>): Promise<boolean> => {
  let isSettled = false;
  void promise.then(() => (isSettled = true));
  await new Promise((done) => setImmediate(done));
  return isSettled;
};

it('lets others go when nobody is ahead, and holds them while somebody is', async () => {
  const precedence = new Precedence(60_000);
  expect(await settled(precedence.clear())).toBe(true);
  const [first, second] = [precedence.enter(), precedence.enter()];
  const waiting = precedence.clear();
  first();
  first();
  expect(await settled(waiting)).toBe(false);
  second();
  expect(await settled(waiting)).toBe(true);
  expect(await settled(precedence.clear())).toBe(true);
});

it('holds nobody for longer than it may', async () => {
  const precedence = new Precedence(5);
  precedence.enter();
  await precedence.clear();
});
