import { describe, expect, it } from 'vitest';
import { after, hours, minutes, seconds } from '#kernel/clock';
import { NetworkError, type NetworkErrorClass } from '#networks/port/network-error';
import { timePost } from './post.drafting.js';
import { nextAction, type ActionOutcome, type RequestShape } from './publish.action.js';
import { settleFault } from './publish.fault.js';
import { settle } from './publish.machine.js';
import { retryPauses } from './publish.plan.js';
import { failure } from './publish.policy.js';
import { freshState } from './publish-state.fixture.js';
import type { TargetState } from './publish-target.js';
import { hasToBegin, latenessOf, pauseBefore } from './publish.timing.js';

const now = new Date('2026-11-21T12:00:00Z');
const inAnHour = after(now, hours(1));
const single: RequestShape = { childCount: 0, firstComment: null };
const early = { ...freshState, status: 'pending' as const, attemptedAt: null, publishAt: inAnHour };
const failed = (errorClass: NetworkErrorClass, retryAt: Date | null = null): ActionOutcome => ({ kind: 'failed', error: new NetworkError(errorClass, failure(errorClass, `a ${errorClass} answer`).facts, retryAt) });
const creating = { kind: 'create', children: [] } as const;

describe('when a post is looked at first', () => {
  it.each([
    ['a draft', { scheduledAt: inAnHour, isDraft: true }, { status: 'draft', publishAt: null, dueAt: null }],
    ['a post without a time', { scheduledAt: null, isDraft: false }, { status: 'pending', publishAt: null, dueAt: now }],
    ['a post whose time has passed', { scheduledAt: after(now, -1), isDraft: false }, { status: 'pending', publishAt: null, dueAt: now }],
    ['a post whose lead has begun', { scheduledAt: after(now, minutes(3)), isDraft: false }, { status: 'scheduled', publishAt: after(now, minutes(3)), dueAt: now }],
    ['a post of later', { scheduledAt: inAnHour, isDraft: false }, { status: 'scheduled', publishAt: inAnHour, dueAt: after(now, minutes(55)) }],
  ])('%s', (_name, draft, expected) => {
    expect(timePost({ ...draft, isQueued: false }, now, minutes(5))).toEqual(expected);
  });

  it('is its time where nothing is prepared ahead', () => {
    expect(timePost({ scheduledAt: inAnHour, isDraft: false, isQueued: false }, now, 0)).toMatchObject({ dueAt: inAnHour });
  });
});

describe('a publishing call', () => {
  const ready = { ...early, step: 'ready' as const, containerId: 'c1' };

  it('waits for its time to the millisecond, and no other call does', () => {
    const call = nextAction(ready, single);
    expect(call).toEqual({ kind: 'publish', containerId: 'c1' });
    if (!call) return;
    expect(pauseBefore(ready, call, now)).toEqual(inAnHour);
    expect(pauseBefore(ready, call, after(inAnHour, -1))).toEqual(inAnHour);
    expect(pauseBefore(ready, call, inAnHour)).toBeNull();
    expect(pauseBefore({ ...ready, publishAt: null }, call, now)).toBeNull();
    for (const other of [creating, { kind: 'check', containerId: 'c1' }, { kind: 'confirm', containerId: 'c1' }] as const) expect(pauseBefore(ready, other, now)).toBeNull();
  });

  it('is late after the time of the post, or after its row was due', () => {
    expect(latenessOf({ ...early, dueAt: now }, after(inAnHour, 40))).toBe(40);
    expect(latenessOf({ ...early, publishAt: null, dueAt: now }, after(now, 15))).toBe(15);
    expect(latenessOf(early, now)).toBe(0);
  });
});

describe('a row', () => {
  it('is begun at its time, once', () => {
    expect(hasToBegin(early, now)).toBe(false);
    expect(hasToBegin(early, inAnHour)).toBe(true);
    expect(hasToBegin({ ...early, publishAt: null }, now)).toBe(true);
    expect(hasToBegin({ ...early, attemptedAt: now }, inAnHour)).toBe(false);
  });
});

describe('a failure ahead of time', () => {
  it.each(['retry_later', 'outcome_unknown'] as const)('that passes (%s) is tried again at half time and uses up nothing', (errorClass) => {
    const { patch, events } = settle(early, single, creating, failed(errorClass), now);
    expect(patch).toMatchObject({ status: 'pending', attempts: 0, dueAt: after(now, minutes(30)), error: `a ${errorClass} answer` });
    expect(events).toEqual([]);
  });

  it('ends in a bounded number of tries, the last one at the time itself, from where the whole retry plan is there', () => {
    const { publishAt } = early;
    let state: TargetState = early;
    let [at, tries] = [now, 0];
    for (; at < publishAt; tries += 1) {
      state = { ...state, ...settle(state, single, creating, failed('retry_later'), at).patch };
      at = state.dueAt ?? at;
    }
    expect(at).toEqual(publishAt);
    expect(tries).toBeLessThanOrEqual(8);
    expect(settle({ ...state, attemptedAt: publishAt }, single, creating, failed('retry_later'), publishAt).patch).toMatchObject({ status: 'failed_waiting_for_retry', attempts: 1, dueAt: after(publishAt, retryPauses[0] ?? 0) });
  });

  it('waits as long as a limit says, also beyond the time of the post: nothing would come through before', () => {
    expect(settle(early, single, creating, failed('rate_limited', after(now, minutes(50))), now).patch.dueAt).toEqual(after(now, minutes(50)));
    expect(settle(early, single, creating, failed('rate_limited', after(now, hours(3))), now).patch).toMatchObject({ deferral: 'rate_limit', dueAt: after(now, hours(3)) });
  });

  it.each(['rejected', 'needs_user'] as const)('that never passes (%s) fails the post now, and says so', (errorClass) => {
    const { patch, events } = settle(early, single, creating, failed(errorClass), now);
    expect(patch).toMatchObject({ status: 'failed', step: 'done', dueAt: null, errorDetails: { postproxy_note: expect.stringContaining('nothing has been published') as string } });
    expect(events).toEqual(['platform_post.failed']);
  });

  it('of our own is tried again in the same way', () => {
    expect(settleFault(early, now).patch).toMatchObject({ status: 'pending', attempts: 0, dueAt: after(now, minutes(30)) });
  });

  it('leaves a doubt what it is when a clock is set back behind the time of the post', () => {
    const inDoubt = { ...early, status: 'processing' as const, step: 'publishing' as const, containerId: 'c1', publishStartedAt: after(inAnHour, seconds(1)), publishCalledAt: after(inAnHour, seconds(1)) };
    expect(settle(inDoubt, single, { kind: 'confirm', containerId: 'c1' }, failed('retry_later'), now).patch).toMatchObject({ checks: 1 });
    expect(settle(inDoubt, single, { kind: 'confirm', containerId: 'c1' }, { kind: 'status', status: { state: 'failed', error: failure('rejected', 'no') } }, now).patch).toMatchObject({ status: 'failed', errorDetails: { postproxy_note: null } });
  });
});
