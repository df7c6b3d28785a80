import { describe, expect, it } from 'vitest';
import { after, hours, seconds } from '#kernel/clock';
import { isWrong, skewOf } from './clock-skew.rules.js';

const truth = new Date('2026-12-01T12:00:00Z');
const at = (offset: number): Date => after(truth, offset);

describe('skewOf', () => {
  it.each<[string, number, number, number]>([
    ['clocks in step', -2, 2, 0],
    ['an answer that took ten seconds, at any moment of them', -9_000, 1_000, 0],
    ['an hour ahead', hours(1) - 2, hours(1) + 2, hours(1) - 2],
    ['an hour behind', -hours(1) - 2, -hours(1) + 2, -hours(1) + 2],
    ['ahead by more than the answer took', seconds(3), seconds(13), seconds(3)],
    ['a clock set back by an hour while it asked', hours(1), -1, 0],
  ])('%s', (_, left, came, expected) => expect(skewOf({ left: at(left), came: at(came) }, truth)).toBe(expected));
});

describe('isWrong', () => {
  it.each([[0, false], [seconds(5), false], [-seconds(5), false], [seconds(5) + 1, true], [-seconds(5) - 1, true], [hours(1), true]])('%d ms: %s', (skew, expected) => expect(isWrong(skew)).toBe(expected));
});
