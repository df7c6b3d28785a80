import { describe, expect, it } from 'vitest';
import { after, hours, seconds } from '#kernel/clock';
import type { NetworkErrorClass } from '#networks/port/network-error';
import { intentStep, nextAction, type ActionOutcome, type PublishAction, type RequestShape } from './publish.action.js';
import { settleFault } from './publish.fault.js';
import { settle } from './publish.machine.js';
import { maxPolls, maxQuickConfirmations, maxReadBacks, maxRecreations, maxUploadTries, retryPauses } from './publish.plan.js';
import { failure } from './publish.policy.js';
import { freshState } from './publish-state.fixture.js';
import { deferBefore } from './publish.settlement.js';
import type { TargetState } from './publish-target.js';

const now = new Date('2026-11-21T12:00:00Z');
const single: RequestShape = { childCount: 0, firstComment: null };

const fresh = freshState;
const failed = (errorClass: NetworkErrorClass): ActionOutcome => ({ kind: 'failed', error: failure(errorClass, `a ${errorClass} answer`, { remedy: 'do this' }) });
const status = (state: 'in_progress' | 'ready' | 'published' | 'expired'): ActionOutcome => ({ kind: 'status', status: { state } });

/** Lets a script of outcomes play against the machine, as the runner does: intent, outcome, next. */
function play(shape: RequestShape, script: readonly ActionOutcome[], start: TargetState = fresh): { state: TargetState; calls: string[]; events: string[] } {
  let state = start;
  const calls: string[] = [];
  const events: string[] = [];
  for (const outcome of script) {
    const action = nextAction(state, shape);
    if (!action) throw new Error(`No call left in step ${state.step}`);
    calls.push(action.kind);
    const settlement = settle(state, shape, action, outcome, now);
    const begun = action.kind === 'publish' ? { publishStartedAt: state.publishStartedAt ?? now, publishCalledAt: now } : {};
    state = { ...state, step: intentStep(action, state.step), ...begun, ...settlement.patch };
    events.push(...settlement.events);
  }
  return { state, calls, events };
}

const created = (containerId: string, awaitsUpload = false): ActionOutcome => ({ kind: 'created', containerId, awaitsUpload });
const published: ActionOutcome = { kind: 'published', remoteId: 'm1' };
const permalink: ActionOutcome = { kind: 'permalink', permalink: 'https://x/p/1' };

describe('the publish machine', () => {
  it('takes a single post from container to permalink', () => {
    const { state, calls, events } = play(single, [created('c1'), status('in_progress'), status('ready'), published, permalink]);
    expect(calls).toEqual(['create', 'check', 'check', 'publish', 'read_permalink']);
    expect(events).toEqual(['platform_post.published']);
    expect(state).toMatchObject({ status: 'published', step: 'done', remoteId: 'm1', permalink: 'https://x/p/1', dueAt: null });
  });

  it('makes every child of a carousel, waits for each, then the parent with the children in order', () => {
    const shape = { childCount: 2, firstComment: null };
    const { state, calls } = play(shape, [created('a'), created('b'), status('ready'), status('in_progress'), status('ready')]);
    expect(calls).toEqual(['create_child', 'create_child', 'check_child', 'check_child', 'check_child']);
    expect(nextAction(state, shape)).toEqual({ kind: 'create', children: ['a', 'b'] });
  });

  it('makes only the failed child of a carousel anew', () => {
    const shape = { childCount: 2, firstComment: null };
    const { state } = play(shape, [created('a'), created('b'), status('ready'), { kind: 'status', status: { state: 'failed', error: failure('recreate', 'not fetched') } }]);
    expect(state.childContainers).toEqual([{ id: 'a', ready: true }, { id: null, ready: false }]);
    expect(nextAction(state, shape)).toEqual({ kind: 'create_child', index: 1 });
  });

  it('makes a failing child anew alone, three times, and then waits by the plan with its brothers kept', () => {
    const shape = { childCount: 2, firstComment: null };
    const spoilt: ActionOutcome = { kind: 'status', status: { state: 'failed', error: failure('recreate', 'not fetched') } };
    const again = [created('b'), spoilt];
    const { state, calls } = play(shape, [created('a'), created('b'), status('ready'), spoilt, ...Array.from({ length: maxRecreations }, () => again).flat()]);
    expect(calls.filter((call) => call === 'create_child')).toHaveLength(2 + maxRecreations);
    expect(state).toMatchObject({ status: 'failed_waiting_for_retry', attempts: 1, childContainers: [{ id: 'a', ready: true }, { id: null, ready: false }] });
  });

  it('never sends again by itself what people were told is in doubt', () => {
    const shown: TargetState = { ...fresh, step: 'publishing', status: 'unconfirmed', containerId: 'c1', publishStartedAt: now, publishCalledAt: after(now, -seconds(60)) };
    for (const outcome of [status('ready'), status('expired'), { kind: 'status', status: { state: 'failed', error: failure('recreate', 'lost') } } as const]) {
      expect(play(single, [outcome], shown).state).toMatchObject({ status: 'failed', step: 'done', dueAt: null });
    }
    expect(play(single, [status('published'), { kind: 'found', remoteId: 'm1' }, permalink], shown).state).toMatchObject({ status: 'published', remoteId: 'm1' });
  });

  it('looks for a lost id beside the post that has come to its end, for a day, and tells it when it is found', () => {
    const live: TargetState = { ...fresh, step: 'reading_back', status: 'published', publishedAt: now, containerId: 'c1' };
    const missed: ActionOutcome = { kind: 'found', remoteId: null };
    const { state, events } = play(single, Array.from({ length: maxReadBacks + 1 }, () => missed), live);
    expect(events).toEqual(['platform_post.published']);
    expect(state).toMatchObject({ step: 'done', status: 'published', remoteId: null, dueAt: after(now, seconds(60)), errorDetails: { postproxy_note: expect.stringContaining('id') as string } });
    const found = play({ childCount: 0, firstComment: 'Hi' }, [missed, { kind: 'found', remoteId: 'm1' }, permalink, { kind: 'commented', commentId: 'k1' }], state);
    expect(found.events).toEqual(['platform_post.identified']);
    expect(found.state).toMatchObject({ step: 'done', remoteId: 'm1', permalink: 'https://x/p/1', firstCommentId: 'k1', dueAt: null, error: null });
    const over = play(single, [missed], { ...state, publishedAt: after(now, -hours(24)) });
    expect(over.state).toMatchObject({ step: 'done', status: 'published', remoteId: null, dueAt: null });
    expect(nextAction(over.state, single)).toBeNull();
  });

  it('says that a first comment is unconfirmed when it is not found, and does not send it again', () => {
    const due: TargetState = { ...fresh, step: 'comment_due', status: 'published', remoteId: 'm1', publishedAt: now };
    const { state, events, calls } = play({ childCount: 0, firstComment: 'Hi' }, [failed('outcome_unknown'), ...Array.from({ length: maxReadBacks + 1 }, () => ({ kind: 'found_comment', commentId: null }) as const)], due);
    expect(calls.filter((call) => call === 'comment')).toHaveLength(1);
    expect(events).toEqual(['platform_post.comment_unconfirmed']);
    expect(state).toMatchObject({ step: 'done', status: 'published', errorDetails: { postproxy_note: expect.stringContaining('could not be confirmed') as string } });
  });

  it('asks the container and never publishes again when the publishing answer is lost', () => {
    const { state } = play(single, [created('c1'), status('ready'), failed('outcome_unknown')]);
    expect(state).toMatchObject({ step: 'publishing', status: 'processing' });
    expect(nextAction(state, single)).toEqual({ kind: 'confirm', containerId: 'c1' });
  });

  it('asks the container when a row is found with its publishing call out', () => {
    expect(nextAction({ ...fresh, step: 'publishing', containerId: 'c1' }, single)).toEqual({ kind: 'confirm', containerId: 'c1' });
  });

  it('looks for the post when the container says published', () => {
    const inDoubt: TargetState = { ...fresh, step: 'publishing', containerId: 'c1', publishStartedAt: now };
    const { state, calls } = play(single, [status('published'), { kind: 'found', remoteId: 'm1' }, permalink], inDoubt);
    expect(calls).toEqual(['confirm', 'find_post', 'read_permalink']);
    expect(state).toMatchObject({ status: 'published', remoteId: 'm1', publishedAt: now });
  });

  it('does not believe that a container is untouched right after the call', () => {
    const inDoubt: TargetState = { ...fresh, step: 'publishing', containerId: 'c1', publishStartedAt: now, publishCalledAt: after(now, -seconds(44)) };
    expect(play(single, [status('ready')], inDoubt).state).toMatchObject({ step: 'publishing', checks: 1 });
  });

  it('publishes once more, and then only by the retry plan, when the container stays untouched', () => {
    const inDoubt: TargetState = { ...fresh, step: 'publishing', containerId: 'c1', publishStartedAt: now, publishCalledAt: after(now, -seconds(45)) };
    const again = play(single, [status('ready')], inDoubt).state;
    expect(nextAction(again, single)).toEqual({ kind: 'publish', containerId: 'c1' });
    const later = play(single, [status('ready')], { ...inDoubt, attempts: 1 }).state;
    expect(later).toMatchObject({ status: 'failed_waiting_for_retry', attempts: 2, dueAt: after(now, retryPauses[1] ?? 0) });
  });

  it('ends when the container stays untouched after an answer that forbids to go on, such as a spam block', () => {
    const blocked: ActionOutcome = { kind: 'failed', error: failure('outcome_unknown', 'blocked', { code: 4, subcode: 2207051, isFinalIfUntouched: true, remedy: 'pause' }) };
    const inDoubt = play(single, [created('c1'), status('ready'), blocked]).state;
    expect(inDoubt).toMatchObject({ step: 'publishing', isFinalIfUntouched: true });
    const { state, events } = play(single, [status('ready')], { ...inDoubt, publishCalledAt: after(now, -seconds(60)) });
    expect(state).toMatchObject({ status: 'failed', step: 'done', errorDetails: { platform_error_subcode: 2207051, remedy: 'pause', postproxy_note: null } });
    expect(events).toEqual(['platform_post.failed']);
  });

  it.each(['recreate', 'rejected', 'needs_user', 'needs_reauth', 'outcome_unknown'] as const)('takes a %s answer to a second publishing call for doubt, not for news about the first', (errorClass) => {
    const again: TargetState = { ...fresh, step: 'ready', containerId: 'c1', publishStartedAt: after(now, -seconds(60)), publishCalledAt: after(now, -seconds(60)), attempts: 1 };
    expect(play(single, [failed(errorClass)], again).state).toMatchObject({ step: 'publishing', containerId: 'c1', status: 'processing' });
  });

  it.each(['rejected', 'needs_user'] as const)('asks the container before it believes a %s answer to publishing, and fails when it is untouched', (errorClass) => {
    const asked = play(single, [created('c1'), status('ready'), failed(errorClass)]).state;
    expect(asked).toMatchObject({ step: 'publishing', isFinalIfUntouched: true });
    expect(play(single, [status('published')], asked).state).toMatchObject({ status: 'published' });
    expect(play(single, [status('ready')], { ...asked, publishCalledAt: after(now, -seconds(60)) }).state).toMatchObject({ status: 'failed', errorDetails: { remedy: 'do this' } });
  });

  it('never makes a new container on the word of a publishing call', () => {
    const { state } = play(single, [created('c1'), status('ready'), failed('recreate')]);
    expect(state).toMatchObject({ step: 'publishing', containerId: 'c1' });
    expect(play(single, [status('expired')], state).state).toMatchObject({ step: 'waiting', containerId: null });
  });

  it('bounds a network that says ready to the question and "not ready" to publishing', () => {
    const rounds = Array.from({ length: 200 }, () => [status('ready'), failed('poll')]).flat();
    const calls: string[] = [];
    let state = play(single, [created('c1')]).state;
    for (const outcome of rounds) {
      if (state.status === 'failed_waiting_for_retry') break;
      const round = play(single, [outcome], state);
      calls.push(...round.calls);
      state = round.state;
    }
    expect(state).toMatchObject({ status: 'failed_waiting_for_retry', step: 'polling', containerId: 'c1' });
    expect(calls.filter((call) => call === 'publish').length).toBeLessThanOrEqual(maxPolls + 1);
  });

  it('waits by the hour for a limit that does not say when it frees up, and gives up after two days', () => {
    const late = { ...fresh, attempts: 2 };
    expect(play(single, [failed('rate_limited')], late).state).toMatchObject({ status: 'processing', attempts: 2, deferral: 'rate_limit', dueAt: after(now, hours(1)), error: null });
    expect(play(single, [failed('rate_limited')], { ...late, attemptedAt: after(now, -hours(49)) }).state).toMatchObject({ status: 'failed' });
  });

  it('gives up on a first comment that is limited again and again', () => {
    const live: TargetState = { ...fresh, step: 'comment_due', status: 'published', remoteId: 'm1', publishedAt: now };
    const limited: ActionOutcome = { kind: 'failed', error: Object.assign(failure('rate_limited', 'slow down'), { retryAt: after(now, hours(1)) }) };
    const { state } = play({ childCount: 0, firstComment: 'Hi' }, Array.from({ length: retryPauses.length + 1 }, () => limited), live);
    expect(state).toMatchObject({ status: 'published', step: 'done' });
  });

  it('shows lasting doubt as unconfirmed, once, and goes on asking for a day', () => {
    const inDoubt: TargetState = { ...fresh, step: 'publishing', containerId: 'c1', publishStartedAt: now };
    const asked = play(single, Array.from({ length: maxQuickConfirmations + 3 }, () => failed('retry_later')), inDoubt);
    expect(asked.events).toEqual(['platform_post.unconfirmed']);
    expect(asked.state).toMatchObject({ status: 'unconfirmed', step: 'publishing' });
    const dayLater = { ...asked.state, publishStartedAt: after(now, -hours(25)) };
    expect(play(single, [failed('retry_later')], dayLater).state).toMatchObject({ status: 'unconfirmed', step: 'done', dueAt: null });
    const unasked: TargetState = { ...inDoubt, publishStartedAt: after(now, -hours(25)) };
    expect(play(single, [failed('retry_later')], unasked).state, 'one unlucky question is not enough').toMatchObject({ step: 'publishing' });
    const asking = play(single, Array.from({ length: maxQuickConfirmations }, () => failed('retry_later')), unasked);
    expect(asking.state).toMatchObject({ status: 'unconfirmed', step: 'done' });
    expect(asking.events).toEqual(['platform_post.unconfirmed']);
  });

  it.each(['rejected', 'needs_user'] as const)('fails at once on %s', (errorClass) => {
    const { state, events } = play(single, [failed(errorClass)]);
    expect(state).toMatchObject({ status: 'failed', step: 'done', dueAt: null, attempts: 0, errorDetails: { remedy: 'do this' } });
    expect(events).toEqual(['platform_post.failed']);
  });

  describe('when the account is lost', () => {
    const blocked: ActionOutcome = { kind: 'failed', error: failure('needs_user', 'checkpoint', { concerns: 'account', remedy: 'log in' }) };

    it.each([['profile_disconnected', failed('needs_reauth')], ['account_blocked', blocked]] as const)('holds the post (%s) instead of failing it, with its containers forgotten', (hold, refusal) => {
      for (const script of [[refusal], [created('c1'), refusal], [created('c1'), status('in_progress'), refusal]]) {
        const { state, events } = play(single, script);
        expect(state).toMatchObject({ status: 'pending', hold, heldAt: now, publishAt: now, step: 'waiting', containerId: null, dueAt: null, attemptedAt: null, errorDetails: { remedy: expect.any(String) as string } });
        expect(events).toEqual(['platform_post.held']);
      }
    });

    it.each([['profile_disconnected', failed('needs_reauth')], ['account_blocked', blocked]] as const)('keeps the container of a publishing call that was refused for it (%s), and asks it first afterwards', (hold, refusal) => {
      const { state } = play(single, [created('c1'), status('ready'), refusal]);
      expect(state).toMatchObject({ status: 'pending', hold, step: 'publishing', containerId: 'c1', dueAt: null });
      expect(nextAction(state, single)).toEqual({ kind: 'confirm', containerId: 'c1' });
    });

    it('keeps the time that the post was to go out at', () => {
      const publishAt = after(now, -hours(1));
      expect(play(single, [blocked], { ...fresh, publishAt }).state).toMatchObject({ publishAt, timingSettledAt: null });
    });

    it('leaves a doubt a doubt', () => {
      const inDoubt: TargetState = { ...fresh, step: 'publishing', containerId: 'c1', publishStartedAt: now, publishCalledAt: now };
      expect(play(single, [blocked], inDoubt).state).toMatchObject({ step: 'publishing', status: 'unconfirmed', hold: null });
    });
  });

  it('follows the retry plan to its end on a lasting temporary fault', () => {
    const { state, events } = play(single, Array.from({ length: retryPauses.length + 1 }, () => failed('retry_later')));
    expect(events).toEqual([...retryPauses.map(() => 'platform_post.failed_waiting_for_retry'), 'platform_post.failed']);
    expect(state).toMatchObject({ status: 'failed', attempts: retryPauses.length });
  });

  it('waits as long as a rate limit says, without using up the plan', () => {
    const retryAt = after(now, hours(3));
    const limited: ActionOutcome = { kind: 'failed', error: Object.assign(failure('rate_limited', 'slow down'), { retryAt }) };
    expect(play(single, [limited]).state).toMatchObject({ status: 'processing', deferral: 'rate_limit', dueAt: retryAt, attempts: 0 });
  });

  it('says which limit it waits for, tells of it once, and forgets it when it goes on', () => {
    const full = (retryAt: Date): ActionOutcome => ({ kind: 'failed', error: Object.assign(failure('rate_limited', 'full', { isPostLimit: true }), { retryAt }) });
    const ready = play(single, [created('c1'), status('ready')]).state;
    const { state, events } = play(single, [full(after(now, hours(1))), status('ready'), full(after(now, hours(2)))], { ...ready, deferral: 'quota' });
    expect(state).toMatchObject({ step: 'polling', containerId: 'c1', deferral: 'quota', dueAt: after(now, hours(2)) });
    expect(events, 'told when it began, and again after it had gone on').toEqual(['platform_post.deferred']);
    expect(play(single, [full(after(now, hours(1)))], { ...ready, deferral: 'quota' }).events).toEqual([]);
    expect(play(single, [full(after(now, hours(1)))]).state, 'of containers').toMatchObject({ step: 'creating', deferral: 'container_budget' });
    expect(play(single, [status('ready'), published], state).state).toMatchObject({ status: 'published', deferral: null });
  });

  it('is put off before a call without losing its container, and asks it first after a long while', () => {
    const { state } = play(single, [created('c1'), status('ready')]);
    const publish = { kind: 'publish', containerId: 'c1' } as const;
    const put = (until: Date, from: TargetState = state) => deferBefore(from, publish, { reason: 'spacing', until }, now);
    expect(put(after(now, seconds(60)))).toMatchObject({ patch: { deferral: 'spacing', dueAt: after(now, seconds(60)) }, events: ['platform_post.deferred'], goesOn: false });
    expect(put(after(now, seconds(60))).patch.step).toBeUndefined();
    expect(put(after(now, hours(3))).patch).toMatchObject({ step: 'polling' });
    expect(put(after(now, seconds(60)), { ...state, deferral: 'spacing' }).events).toEqual([]);
    expect(put(after(now, seconds(60)), { ...state, attempts: 1, attemptedAt: after(now, -hours(40)) }).patch.attemptedAt, 'failures count on').toBeUndefined();
  });

  it('makes a container anew a few times and then waits by the plan', () => {
    const expire = [created('c'), status('expired')];
    const { state } = play(single, Array.from({ length: maxRecreations + 1 }, () => expire).flat());
    expect(state).toMatchObject({ status: 'failed_waiting_for_retry', attempts: 1, recreations: 0, step: 'waiting', containerId: null });
  });

  it('gives up at once on a fault that new containers have not healed in the tries the network allows it', () => {
    const fault: ActionOutcome = { kind: 'failed', error: failure('recreate', 'not fetched', { maxTries: 2 }) };
    expect(play(single, [fault, fault]).state).toMatchObject({ recreations: 2, step: 'waiting' });
    expect(play(single, [fault, fault, fault]).state).toMatchObject({ status: 'failed', step: 'done', attempts: 0 });
  });

  it('stops waiting for a container that never gets ready', () => {
    const { state } = play(single, [created('c'), ...Array.from({ length: maxPolls + 1 }, () => status('in_progress'))]);
    expect(state).toMatchObject({ step: 'waiting', containerId: null, recreations: 1 });
  });

  it('goes back to asking when the network says the container is not ready after all', () => {
    const { state } = play(single, [created('c1'), status('ready'), failed('poll')]);
    expect(state).toMatchObject({ step: 'polling', containerId: 'c1' });
  });

  it('stays published whatever happens to permalink and first comment', () => {
    const shape = { childCount: 0, firstComment: 'Hi' };
    const live: TargetState = { ...fresh, step: 'reading_back', status: 'published', remoteId: 'm1', publishedAt: now, containerId: 'c1' };
    const { state, events } = play(shape, [...Array.from({ length: 7 }, () => failed('retry_later')), failed('rejected')], live);
    expect(state).toMatchObject({ status: 'published', step: 'done', permalink: null, errorDetails: { postproxy_note: expect.stringContaining('first comment') as string } });
    expect(events).toEqual(['platform_post.published']);
  });

  it('looks for a first comment whose answer was lost and does not send it twice', () => {
    const shape = { childCount: 0, firstComment: 'Hi' };
    const live: TargetState = { ...fresh, step: 'comment_due', status: 'published', remoteId: 'm1', publishedAt: now };
    const { state, calls } = play(shape, [failed('outcome_unknown'), { kind: 'found_comment', commentId: 'k1' }], live);
    expect(calls).toEqual(['comment', 'find_comment']);
    expect(state).toMatchObject({ step: 'done', firstCommentId: 'k1' });
  });

  it('never forgets what is known when our own code fails, and never comes back at once', () => {
    const live: TargetState = { ...fresh, step: 'reading_back', status: 'published', remoteId: 'm1', publishedAt: now };
    const inDoubt: TargetState = { ...fresh, step: 'publishing', containerId: 'c1', publishStartedAt: now };
    expect(settleFault(live, now).patch).toEqual({ deferral: null, attempts: 1, dueAt: after(now, retryPauses[0] ?? 0) });
    expect(settleFault({ ...live, attempts: 5 }, now).patch).toMatchObject({ step: 'done', dueAt: null });
    expect(settleFault(inDoubt, now).patch).toMatchObject({ checks: 1 });
    expect(settleFault(inDoubt, now).patch.dueAt?.getTime()).toBeGreaterThan(now.getTime());
    expect(settleFault(fresh, now).patch).toMatchObject({ status: 'failed_waiting_for_retry', attempts: 1 });
    expect(settleFault({ ...fresh, attempts: 5 }, now).patch).toMatchObject({ status: 'failed', step: 'done' });
  });

  it('leaves the row due in the future or not at all whenever it lets go of it', () => {
    const outcomes: ActionOutcome[] = [created('c'), status('in_progress'), status('ready'), failed('outcome_unknown'), failed('retry_later'), failed('recreate'), failed('poll')];
    const actions: PublishAction[] = [{ kind: 'create', children: [] }, { kind: 'check', containerId: 'c' }, { kind: 'publish', containerId: 'c' }, { kind: 'confirm', containerId: 'c' }];
    for (const action of actions) {
      for (const outcome of outcomes) {
        const isPossible = outcome.kind === 'failed' || (outcome.kind === 'created') === (action.kind === 'create');
        if (!isPossible || (action.kind === 'publish' && outcome.kind === 'status')) continue;
        const settlement = settle({ ...fresh, step: intentStep(action, 'polling'), containerId: 'c', publishStartedAt: now }, single, action, outcome, now);
        if (!settlement.goesOn && settlement.patch.step !== 'done') expect(settlement.patch.dueAt?.getTime(), `${action.kind}/${outcome.kind}`).toBeGreaterThan(now.getTime());
      }
    }
  });
});

describe('a file that is sent', () => {
  const uploaded: ActionOutcome = { kind: 'uploaded' };

  it('goes to its container before that is asked', () => {
    const { calls, state } = play(single, [created('c1', true), uploaded, status('ready'), published, permalink]);
    expect(calls).toEqual(['create', 'upload', 'check', 'publish', 'read_permalink']);
    expect(state).toMatchObject({ step: 'done', isUploadRefused: false });
  });

  it('goes to each child of a carousel that waits for one', () => {
    const { calls } = play({ childCount: 2, firstComment: null }, [created('a'), created('b', true), uploaded, status('ready'), status('ready'), created('c1')]);
    expect(calls).toEqual(['create_child', 'create_child', 'upload_child', 'check_child', 'check_child', 'create']);
  });

  it('goes on in the same container after cut lines, then by the retry plan', () => {
    const { state, calls } = play(single, [created('c1', true), ...Array.from({ length: maxUploadTries + 1 }, () => failed('retry_later'))]);
    expect(new Set(calls.slice(1))).toEqual(new Set(['upload']));
    expect(state).toMatchObject({ step: 'uploading', containerId: 'c1', status: 'failed_waiting_for_retry', attempts: 1, checks: 0 });
    expect(nextAction(state, single)).toEqual({ kind: 'upload', containerId: 'c1' });
  });

  it('waits where it is when the worker stops', () => {
    expect(play(single, [created('c1', true), { kind: 'parked' }]).state).toMatchObject({ step: 'uploading', containerId: 'c1', attempts: 0, checks: 0, status: 'processing', dueAt: now });
  });

  it('gets one new container when it spoilt the first, then its link', () => {
    const { state, calls } = play(single, [created('c1', true), failed('recreate'), created('c2', true), failed('recreate')]);
    expect(calls).toEqual(['create', 'upload', 'create', 'upload']);
    expect(state).toMatchObject({ step: 'waiting', containerId: null, isUploadRefused: true });
  });

  it.each([
    ['the container', [{ kind: 'failed', error: failure('rejected', 'no'), wasForUpload: true }]],
    ['the file', [created('c1', true), failed('rejected')]],
  ] as const)('is given as a link when the login refuses %s', (_name, script) => {
    expect(play(single, script).state).toMatchObject({ step: 'waiting', containerId: null, isUploadRefused: true, status: 'processing' });
  });

  it('does not repeat a refusal of the link', () => {
    expect(play(single, [{ kind: 'failed', error: failure('rejected', 'no'), wasForUpload: false }]).state).toMatchObject({ status: 'failed' });
  });
});
