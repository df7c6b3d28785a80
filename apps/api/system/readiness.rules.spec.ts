import { describe, expect, it } from 'vitest';
import { after, minutes, seconds } from '#kernel/clock';
import { findHeldEvents, findStandstill, headOf, type QueueHead } from './readiness.rules.js';

const now = new Date('2026-12-01T12:00:00Z');
const ago = (milliseconds: number): Date => after(now, -milliseconds);
const well = { lastPlannerTick: ago(seconds(1)), oldestOverdue: null, oldestLease: null };
const head = (age: number): QueueHead => ({ job: 'a', since: ago(age) });

describe('findStandstill', () => {
  it.each([
    ['all is well', well, null, null],
    ['nobody has ever planned', { ...well, lastPlannerTick: null }, null, 'start a worker'],
    ['the planner was here 29 s ago', { ...well, lastPlannerTick: ago(seconds(29)) }, null, null],
    ['the planner was here 30 s ago', { ...well, lastPlannerTick: ago(seconds(30)) }, null, 'start a worker'],
    ['a post is a little late', { ...well, oldestOverdue: ago(seconds(119)) }, null, null],
    ['a post is two minutes late', { ...well, oldestOverdue: ago(minutes(2)) }, null, 'not being taken up'],
    ['a job has waited 29 s', well, head(seconds(29)), null],
    ['a job has waited 30 s', well, head(seconds(30)), 'none is taken'],
    ['a long call is out', { ...well, oldestLease: ago(minutes(19)) }, null, null],
    ['a worker is stuck', { ...well, oldestLease: ago(minutes(20)) }, null, 'gets no further'],
  ])('%s', (_, status, first, sentence) => {
    const found = findStandstill(status, first, now);
    if (sentence === null) expect(found).toBeNull();
    else expect(found).toContain(sentence);
  });
});

describe('headOf', () => {
  const state = (oldestWaiting: string | null) => ({ waiting: 1, active: 0, delayed: 0, failed: 0, oldestWaiting });
  it.each<[string, string | null, QueueHead | null, QueueHead | null]>([
    ['nobody waits', null, head(5), null],
    ['the first to be seen', 'a', null, { job: 'a', since: now }],
    ['the same as before', 'a', head(5), head(5)],
    ['another one: the queue moves', 'b', head(5), { job: 'b', since: now }],
  ])('%s', (_, oldest, before, expected) => expect(headOf(state(oldest), before, now)).toEqual(expected));
});

describe('findHeldEvents', () => {
  it.each<[string, Date | null, string | null]>([
    ['none waits', null, null],
    ['one has waited 59 s', ago(seconds(59)), null],
    ['one has waited a minute', ago(minutes(1)), '3 events wait for a relay'],
    ['one of a clock that is ahead', after(now, minutes(5)), null],
  ])('%s', (_, oldest, sentence) => {
    const found = findHeldEvents({ oldest, waiting: 3 }, now);
    if (sentence === null) expect(found).toBeNull();
    else expect(found).toContain(sentence);
  });
});
