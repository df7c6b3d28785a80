import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Clock } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { findContext } from '#infra/logging/request-context';
import { intentStep, nextAction, type ActionOutcome, type PublishAction, type RequestShape } from './publish.action.js';
import { targetEvent } from './publish-events.js';
import { afterCall, afterCommit, beforeCall } from './publish.crash-points.js';
import { PublishExecutor } from './publish.executor.js';
import { leaseLength, PublishLeaseRepository } from './publish-lease.repository.js';
import { intentPatch } from './publish.intent.js';
import { PublishHolds } from './publish-holds.service.js';
import type { Passage } from './publish.gate.js';
import { Precedence } from './precedence.js';
import { settleFault } from './publish.fault.js';
import { settle } from './publish.machine.js';
import { failure } from './publish.policy.js';
import { fail, finish, noError, wait, type Settlement, deferBefore } from './publish.settlement.js';
import type { AttemptOutcome } from './publish-settling.repository.js';
import { PublishTargetRepository } from './publish-target.repository.js';
import type { PublishTarget } from './publish-target.js';
import { hasToBegin, pauseBefore } from './publish.timing.js';
import { PublishTrace } from './publish.trace.js';

/** More calls than any healthy post makes in one go: ten children, their files and checks, parent, publish, read back, comment. */
const maxCallsPerRun = 40;
/** Of a process at the same time. Publishing calls do not wait for them: their time has come. */
const otherCallsAtOnce = 200;
/** How long everything else waits for publishing calls that are about to go out. */
const longestCourtesy = 500;

interface Move {
  readonly shape: RequestShape;
  readonly action: PublishAction;
  /** When the account was read that the call is made with. */
  readonly askedAt: Date;
  readonly passage: Passage;
  readonly lease: string;
  readonly parking: AbortSignal;
  /** To be called when the call is on its way: others may go then. */
  readonly gone?: () => void;
}

/** What is known of the row after a step, or that it has to be read again; null: the run is over. */
type Next = PublishTarget | 'read again' | null;

/** Drives one target forward, call by call: intent, call, outcome, each committed before the next. */
@Injectable()
export class PublishRunner {
  private readonly calls = pLimit(otherCallsAtOnce);
  private readonly publishing = new Precedence(longestCourtesy);

  constructor(
    private readonly leases: PublishLeaseRepository,
    private readonly targets: PublishTargetRepository,
    private readonly executor: PublishExecutor,
    private readonly holds: PublishHolds,
    private readonly clock: Clock,
    private readonly trace: PublishTrace,
  ) {}

  /** Does what is due for the row, if it is still due and nobody else is at it. */
  async run(workspaceId: string, id: string, parking: AbortSignal): Promise<void> {
    const lease = await this.leases.acquire(workspaceId, id, this.clock.now());
    if (!lease) return;
    const heartbeat = setInterval(() => void this.renew(workspaceId, id, lease), leaseLength / 3);
    try {
      await this.drive(workspaceId, id, lease, parking);
    } catch (error) {
      await this.postpone(workspaceId, id, lease, error);
    } finally {
      clearInterval(heartbeat);
      await this.leases.release(workspaceId, id, lease);
    }
  }

  /** The row is read once: nobody else writes it while the lease holds, and without it nothing is written. After a failure it is read again, for that may have changed its profile. */
  private async drive(workspaceId: string, id: string, lease: string, parking: AbortSignal): Promise<void> {
    let known: PublishTarget | null = null;
    for (let calls = 0; calls < maxCallsPerRun; calls += 1) {
      const target: PublishTarget | null = known ?? await this.targets.find(workspaceId, id);
      if (!target || parking.aborted) return;
      if (hasToBegin(target.state, this.clock.now())) {
        if (!(await this.leases.begin(workspaceId, id, lease, this.clock.now()))) return;
        known = null;
      } else {
        const next = await this.move(target, lease, parking);
        if (!next) return;
        known = next === 'read again' ? null : next;
      }
    }
  }

  private async move(target: PublishTarget, lease: string, parking: AbortSignal): Promise<Next> {
    const shape = this.executor.shapeOf(target);
    const action = nextAction(target.state, shape);
    if (!action) return this.close(target, lease);
    const overdue = await this.holds.findOverdue(target, action);
    if (overdue) return (await this.settle(target, overdue, lease)) && overdue.goesOn ? 'read again' : null;
    const pause = pauseBefore(target.state, action, this.clock.now());
    if (pause) {
      await this.settle(target, wait({ dueAt: pause, ...noError }), lease);
      return null;
    }
    if (action.kind !== 'publish') {
      await this.publishing.clear();
      return this.calls(() => this.approach(target, { shape, action, lease, parking }));
    }
    const gone = this.publishing.enter();
    return this.approach(target, { shape, action, lease, parking, gone }).finally(gone);
  }

  private async approach(target: PublishTarget, move: Omit<Move, 'askedAt' | 'passage'>): Promise<Next> {
    const askedAt = this.clock.now();
    const answer = await this.executor.ask(target, move.action);
    if (!('reason' in answer)) return this.advance(target, { ...move, askedAt, passage: answer });
    this.trace.deferred(target, move.action, answer);
    await this.settle(target, deferBefore(target.state, move.action, answer, this.clock.now()), move.lease);
    return null;
  }

  private async advance(target: PublishTarget, move: Move): Promise<Next> {
    const { action, lease } = move;
    const attempt = { id: newId('publishAttempt'), step: intentStep(action, target.state.step), requestId: findContext()?.requestId ?? newId('request'), makesContainer: action.kind === 'create' || action.kind === 'create_child' };
    const now = this.clock.now();
    if (!(await this.targets.begin({ target, lease, now }, attempt))) return null;
    if (action.kind === 'publish') this.trace.publishing(target, now);
    await beforeCall(target.id, action);
    const started = performance.now();
    const called = this.call(target, move);
    move.gone?.();
    const { outcome, settlement } = await called;
    const took = performance.now() - started;
    // Whoever dies now leaves a call of which nobody knows the outcome, as during the call itself: the container is asked then.
    await this.publishing.clear();
    this.trace.called(target, action, outcome, settlement, took);
    await afterCall(target.id, action);
    // Before the row is written: a worker that dies in between leaves a row that the next one finds refused as well.
    await this.holds.noteLoss(target, outcome, move.askedAt);
    const isHeld = await this.settle(target, settlement, lease, toAttemptOutcome(attempt.id, outcome));
    await afterCommit(target.id, settlement);
    if (!isHeld || !settlement.goesOn) return null;
    const state = { ...target.state, ...intentPatch(target.state, attempt.step, now), ...settlement.patch };
    return outcome.kind === 'failed' ? 'read again' : { ...target, state };
  }

  private async call(target: PublishTarget, { shape, action, passage, parking }: Move): Promise<{ outcome: ActionOutcome; settlement: Settlement }> {
    const outcome = await this.executor.perform(target, action, passage, parking).catch((error: unknown): ActionOutcome => {
      this.trace.fault(target.id, action, error);
      const errorClass = action.kind === 'publish' || action.kind === 'comment' ? 'outcome_unknown' : 'retry_later';
      return { kind: 'failed', error: failure(errorClass, 'A fault of ours interrupted publishing; it is in the logs') };
    });
    // The clock has moved during the call; pauses count from its end.
    return { outcome, settlement: settle(target.state, shape, action, outcome, this.clock.now()) };
  }

  /** A row that is due while no call is left would come back for ever. Only a fault of ours leads here, so it is told. */
  private async close(target: PublishTarget, lease: string): Promise<null> {
    this.trace.fault(target.id, null, new Error(`Nothing to do in step ${target.state.step}`));
    const settlement = target.state.publishedAt ? finish({}) : fail(failure('rejected', 'Publishing lost its thread; the container is unknown'));
    await this.settle(target, settlement, lease);
    return null;
  }

  private async postpone(workspaceId: string, id: string, lease: string, error: unknown): Promise<void> {
    this.trace.fault(id, null, error);
    const target = await this.targets.find(workspaceId, id);
    if (target) await this.settle(target, settleFault(target.state, this.clock.now()), lease);
  }

  private settle(target: PublishTarget, settlement: Settlement, lease: string, attempt: AttemptOutcome | null = null): Promise<boolean> {
    const now = this.clock.now();
    const after: PublishTarget = { ...target, state: { ...target.state, ...settlement.patch } };
    const events = settlement.events.map((type) => targetEvent(type, after, now, settlement.tells));
    return this.targets.settle({ target, lease, now }, { patch: settlement.patch, releases: !settlement.goesOn, attempt, events });
  }

  private async renew(workspaceId: string, id: string, lease: string): Promise<void> {
    try {
      await this.leases.renew(workspaceId, id, lease, this.clock.now());
    } catch (error) {
      this.trace.renewalFailed(id, error);
    }
  }
}

function toAttemptOutcome(id: string, outcome: ActionOutcome): AttemptOutcome {
  if (outcome.kind === 'failed') {
    const { errorClass, facts } = outcome.error;
    return { id, outcome: errorClass, code: facts.code, subcode: facts.subcode, message: facts.message };
  }
  if (outcome.kind === 'status' && outcome.status.state === 'failed') return { id, outcome: 'container_failed', code: null, subcode: null, message: outcome.status.error.message };
  if (outcome.kind === 'parked') return { id, outcome: 'parked', code: null, subcode: null, message: null };
  return { id, outcome: 'ok', code: null, subcode: null, message: outcome.kind === 'status' ? outcome.status.state : null };
}
