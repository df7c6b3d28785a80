import { expect, it } from 'vitest';
import { after } from '#kernel/clock';
import { plannerPause } from './publish-planner.pace.js';

const now = new Date('2026-11-22T12:00:00Z');

it.each([
  ['nothing is due soon', null, 200],
  ['a row is due in 70 ms', 70, 70],
  ['a row is due in 1 ms', 1, 5],
  ['a row has become due meanwhile', -30, 5],
  ['a row is due after the usual pause', 900, 200],
])('the planner looks again in time when %s', (_, inMs, pause) => {
  expect(plannerPause(inMs === null ? null : after(now, inMs), now)).toBe(pause);
});
