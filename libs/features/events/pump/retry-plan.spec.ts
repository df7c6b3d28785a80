import { describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '#kernel/clock';
import { nextAttempt } from './retry-plan.js';

const now = new Date('2026-11-22T12:00:00Z');
const pauseAfter = (attempts: number, retryAfter: string | null = null, random = 0.5): number | null => {
  const next = nextAttempt({ attempts, now, retryAfter }, () => random);
  return next && next.getTime() - now.getTime();
};

describe('nextAttempt', () => {
  it.each([
    [1, minutes(1)], [2, minutes(5)], [3, minutes(30)], [4, hours(2)], [5, hours(5)], [6, hours(10)], [7, hours(14)], [8, hours(20)], [9, hours(24)], [10, null],
  ])('after attempt %i comes one in %s ms', (attempts, pause) => {
    expect(pauseAfter(attempts)).toBe(pause);
  });

  it('strews by a fifth to each side', () => {
    expect([pauseAfter(1, null, 0), pauseAfter(1, null, 0.999999)]).toEqual([seconds(48), seconds(72)]);
  });

  it.each<[string, string, number]>([
    ['is obeyed', '90', seconds(90)],
    ['cannot hurry us', '1', minutes(1)],
    ['cannot put us off for ever', '86400', minutes(2)],
    ['may be a date', 'Sun, 22 Nov 2026 12:01:40 GMT', seconds(100)],
    ['may be a date in the past', 'Sun, 22 Nov 2020 12:01:40 GMT', minutes(1)],
    ['is ignored when it is neither', 'soon', minutes(1)],
    ['is ignored when it is negative', '-5', minutes(1)],
    ['is ignored when it is empty', '', minutes(1)],
  ])('Retry-After %s (%s)', (_what, header, pause) => {
    expect(pauseAfter(1, header)).toBe(pause);
  });

  it('gives no attempt more because of Retry-After', () => {
    expect(pauseAfter(10, '60')).toBeNull();
  });
});
