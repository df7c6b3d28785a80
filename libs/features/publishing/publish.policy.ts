import { after, seconds } from '#kernel/clock';
import { lossOf } from '#features/accounts/index';
import { NetworkError, type NetworkErrorFacts } from '#networks/port/network-error';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { holdForAccount } from './publish.hold.js';
import { giveUpAfter, limitPause, maxPolls, maxRecreations, nextRetry, pollPause } from './publish.plan.js';
import { defer, describe, fail, wait, type Settlement } from './publish.settlement.js';
import type { DeferralReason } from './publish.states.js';
import type { ChildContainer, StatePatch, TargetState } from './publish-target.js';

/** Policy by error class, for calls that had no effect a person could see. */
export function afterFailure(state: TargetState, action: PublishAction, error: NetworkError, now: Date): Settlement {
  const loss = lossOf(error);
  if (loss !== null) return holdForAccount(state, action, error, loss, now);
  if (state.attemptedAt && now.getTime() - state.attemptedAt.getTime() > giveUpAfter) return fail(error);
  switch (error.errorClass) {
    case 'rejected':
    case 'needs_user':
    case 'needs_reauth':
      return fail(error);
    case 'poll':
      return keepPolling(state, action, now);
    case 'recreate':
      // The network knows faults that a new container heals within some tries or never.
      if (error.facts.maxTries !== undefined && state.recreations >= error.facts.maxTries) return fail(error);
      if (state.recreations >= maxRecreations) return retryOrFail(state, error, now, startingOver(state, action));
      return wait({ ...startingOver(state, action), recreations: state.recreations + 1, checks: 0, dueAt: after(now, seconds(2)) });
    case 'rate_limited':
      return defer(state, { reason: limitOf(action, error), until: error.retryAt ?? after(now, limitPause) });
    case 'retry_later':
    case 'outcome_unknown':
      return retryOrFail(state, error, now);
  }
}

function limitOf(action: PublishAction, error: NetworkError): DeferralReason {
  if (!error.facts.isPostLimit) return 'rate_limit';
  return action.kind === 'publish' ? 'quota' : 'container_budget';
}

/** The next round of the retry plan, or the end of it. */
export function retryOrFail(state: TargetState, error: NetworkError, now: Date, patch: StatePatch = {}): Settlement {
  const dueAt = nextRetry(state.attempts, now);
  if (!dueAt) return fail(error);
  return wait(
    { ...patch, status: 'failed_waiting_for_retry', ...describe(error), attempts: state.attempts + 1, recreations: 0, checks: 0, dueAt },
    ['platform_post.failed_waiting_for_retry'],
  );
}

export function keepPolling(state: TargetState, action: PublishAction, now: Date): Settlement {
  const step = action.kind === 'publish' ? ({ step: 'polling' } as const) : {};
  if (state.checks >= maxPolls) {
    const error = failure('recreate', 'The network did not finish processing the media in time');
    // A container that a publishing call has gone out to is never given up for a new one while it may still go live.
    return state.publishStartedAt ? retryOrFail(state, error, now, step) : afterFailure(state, action, error, now);
  }
  return wait({ ...step, checks: state.checks + 1, dueAt: after(now, pollPause(state.checks + 1)) });
}

/** A failed child is made anew alone. A failed or expired parent starts over: it cannot tell whose fault it was. */
export function startingOver(state: TargetState, action: PublishAction): StatePatch {
  if (action.kind === 'create_child' || action.kind === 'upload_child' || action.kind === 'check_child') {
    return { step: 'creating_children', childContainers: withChild(state, action.index, { id: null, ready: false }) };
  }
  return { step: 'waiting', childContainers: [], containerId: null, publishStartedAt: null, publishCalledAt: null, isFinalIfUntouched: false };
}

export function withChild(state: TargetState, index: number, child: ChildContainer): ChildContainer[] {
  const length = Math.max(state.childContainers.length, index + 1);
  return Array.from({ length }, (_, at) => (at === index ? child : (state.childContainers[at] ?? { id: null, ready: false })));
}

export function failure(errorClass: NetworkError['errorClass'], message: string, facts: Partial<NetworkErrorFacts> = {}): NetworkError {
  return new NetworkError(errorClass, { code: null, subcode: null, httpStatus: null, traceId: null, remedy: null, ...facts, message });
}

export function unexpected(action: PublishAction, outcome: ActionOutcome): Error {
  return new Error(`A ${action.kind} call cannot end in "${outcome.kind}"`);
}
