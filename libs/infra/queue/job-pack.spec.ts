import { describe, expect, it } from 'vitest';
import { pack, readPack } from './job-pack.js';

describe('packs of jobs', () => {
  it.each([
    [0, []],
    [1, [1]],
    [39, Array.from({ length: 39 }, () => 1)],
    [40, Array.from({ length: 20 }, () => 2)],
    [250, [...Array.from({ length: 20 }, () => 12), 10]],
    [1_000, Array.from({ length: 40 }, () => 25)],
  ])('of %i jobs hold each of them once, in their order', (count, sizes) => {
    const jobs = Array.from({ length: count }, (_, number) => number);
    const packs = pack(jobs);
    expect(packs.flat()).toEqual(jobs);
    expect(packs.map(({ length }) => length)).toEqual(sizes);
  });

  it.each([[null], ['text'], [{}], [{ jobs: {} }], [{ jobs: [null] }], [{ jobs: [{ requestId: 'req_1' }] }], [{ jobs: [{ payload: {} }] }]])('are refused when they are %j', (data) => {
    expect(() => readPack(data)).toThrow(/A job without/);
  });
});
