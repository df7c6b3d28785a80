import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, hours, minutes, seconds } from '#kernel/clock';
import { networkErrorClasses } from '#networks/port/network-error';
import { settle } from './publish.machine.js';
import { freshState } from './publish-state.fixture.js';
import { wait } from './publish.settlement.js';
import { SimulatedTarget, type Setting, type WorkPlan } from './simulated-target.fixture.js';

/** fast-check prints seed, path and the shortened commands of a run that breaks something. */
const runs = { numRuns: 1_500 };
const start = freshState.attemptedAt ?? new Date(0);

type Deed = fc.Command<SimulatedTarget, SimulatedTarget>;

function deed(name: string, act: (target: SimulatedTarget) => void): Deed {
  return {
    check: () => true,
    run: (_model, target) => {
      act(target);
      target.check();
    },
    toString: () => name,
  };
}

const weather = fc.record({
  effect: fc.constantFrom('now', 'late', 'none'),
  answer: fc.oneof({ weight: 3, arbitrary: fc.constant('ok' as const) }, { weight: 2, arbitrary: fc.constant('outcome_unknown' as const) }, { weight: 1, arbitrary: fc.constant('rejected' as const) }, { weight: 2, arbitrary: fc.constantFrom(...networkErrorClasses) }),
  fate: fc.oneof({ weight: 4, arbitrary: fc.constant('ready' as const) }, { weight: 1, arbitrary: fc.constantFrom('slow', 'recreate', 'rejected') }),
} as const);
const mishap = fc.record({ call: fc.nat(6), kind: fc.constantFrom('before_intent', 'before_call', 'before_outcome', 'fault') } as const);
const plan: fc.Arbitrary<WorkPlan> = fc.record({ weathers: fc.array(weather, { maxLength: 8 }), mishap: fc.option(mishap) });
const pauses = fc.constantFrom(seconds(1), seconds(10), seconds(31), seconds(46), minutes(1), minutes(5), minutes(30), hours(1), hours(5), hours(25));

const deeds = fc.commands([
  plan.map((wish) => deed(`work(${JSON.stringify(wish)})`, (target) => target.work(wish))),
  plan.map((wish) => deed(`work when due(${JSON.stringify(wish)})`, (target) => {
    if (target.state.dueAt && target.state.dueAt > target.now) target.now = target.state.dueAt;
    target.work(wish);
  })),
  pauses.map((pause) => deed(`pass(${String(pause / 1000)} s)`, (target) => target.pass(pause))),
  fc.constant(deed('wake', (target) => target.wake())),
  fc.constant(deed('retry', (target) => target.retry())),
  fc.constant(deed('release', (target) => target.release())),
  fc.constant(deed('reconcile', (target) => target.reconcile())),
  fc.integer({ min: 1, max: 90 }).map((inMinutes) => deed(`edit(${String(inMinutes)} min)`, (target) => target.edit(after(target.now, minutes(inMinutes))))),
], { maxCommands: 40, size: '+1' });

const settings: fc.Arbitrary<Setting> = fc.record({
  shape: fc.record({ childCount: fc.constantFrom(0, 0, 2), firstComment: fc.constantFrom(null, 'Hi'), isReadyAtOnce: fc.boolean() }),
  publishAt: fc.constantFrom(null, after(start, minutes(10)), after(start, hours(2))),
  dueAt: fc.constant(start),
});

function live(setting: Setting, commands: Iterable<Deed>): void {
  const target = new SimulatedTarget(setting);
  fc.modelRun(() => ({ model: target, real: target }), commands);
  target.settleDown();
}

describe('a target among crashes, lost answers, slow workers and people', () => {
  it('is live at most once and never said to have failed then; comes to an end; keeps to its time; has one first comment at most', () => {
    fc.assert(fc.property(settings, deeds, live), runs);
  }, 30_000);

  it('is published in fair weather, at its time, with its comment', () => {
    const target = new SimulatedTarget({ shape: { childCount: 2, firstComment: 'Hi' }, publishAt: after(start, minutes(10)), dueAt: start });
    target.settleDown();
    expect(target.state).toMatchObject({ status: 'published', publishedAt: after(start, minutes(10)), permalink: expect.any(String) as string, firstCommentId: 'comment 1' });
  });
});

describe('the model', () => {
  /** What it says of a machine that is broken. */
  const complaint = (spoil: typeof settle): string => {
    // It stops at the first run that complains; a sound machine would need them all.
    const { errorInstance } = fc.check(fc.property(settings.map((setting) => ({ ...setting, settle: spoil })), deeds, live), { numRuns: 20_000 });
    return errorInstance instanceof Error ? errorInstance.message : 'none';
  };

  it('finds a post that is live twice when a lost answer is taken for a failure', () => {
    const said = complaint((state, shape, action, outcome, now) =>
      action.kind === 'publish' && outcome.kind === 'failed'
        ? wait({ step: 'waiting', containerId: null, childContainers: [], publishStartedAt: null, publishCalledAt: null, dueAt: after(now, minutes(1)) })
        : settle(state, shape, action, outcome, now));
    expect(said).toContain('Live twice');
  }, 30_000);

  it('finds a comment that is there twice when its lost answer is taken for a failure', () => {
    const said = complaint((state, shape, action, outcome, now) =>
      action.kind === 'comment' && outcome.kind === 'failed' ? wait({ step: 'comment_due', dueAt: after(now, minutes(1)) }) : settle(state, shape, action, outcome, now));
    expect(said).toContain('Commented twice');
  }, 30_000);

  it('finds a live post that is said to have failed when a refusal is believed', () => {
    const said = complaint((state, shape, action, outcome, now) =>
      action.kind === 'publish' && outcome.kind === 'failed' && outcome.error.errorClass === 'rejected'
        ? { patch: { step: 'done', status: 'failed', dueAt: null }, events: [], goesOn: false }
        : settle(state, shape, action, outcome, now));
    expect(said).toContain('Live and said to have failed');
  }, 30_000);
});
