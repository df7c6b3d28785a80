import { expect, it } from 'vitest';
import { Gathered } from './gathered.js';

it('answers a lonely question at once and a crowd together, each with its own answer', async () => {
  const batches: number[] = [];
  const squares = new Gathered(async (numbers: readonly number[]) => {
    batches.push(numbers.length);
    return numbers.map((number) => number * number);
  });
  expect(await squares.ask(7)).toBe(49);
  expect(await Promise.all(Array.from({ length: 600 }, (_, number) => squares.ask(number)))).toEqual(Array.from({ length: 600 }, (_, number) => number * number));
  expect(batches).toEqual([1, 500, 100]);
});

it('runs two statements at a time at most', async () => {
  let [running, most] = [0, 0];
  const slow = new Gathered(async (questions: readonly number[]) => {
    most = Math.max(most, running += 1);
    await new Promise((done) => setImmediate(done));
    running -= 1;
    return questions;
  });
  await Promise.all(Array.from({ length: 1_000 }, (_, number) => slow.ask(number)));
  expect(most).toBe(2);
});

it('fails the question that cannot be answered and no other', async () => {
  const choosy = new Gathered(async (words: readonly string[]) => {
    if (words.includes('bad')) throw new Error('bad word');
    return words.map((word) => word.length);
  });
  const answers = await Promise.allSettled(['fine', 'bad', 'finest'].map((word) => choosy.ask(word)));
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason)))).toEqual([4, 'Error: bad word', 6]);
});
