import { after } from '#kernel/clock';
import { NetworkError } from '#networks/port/network-error';
import type { ActionOutcome, PublishAction, RequestShape } from './publish.action.js';
import { pollPause } from './publish.plan.js';
import { afterFailure, failure, keepPolling, unexpected, withChild } from './publish.policy.js';
import { goOn, wait, type Settlement } from './publish.settlement.js';
import { byLink } from './publish.upload.js';
import type { StatePatch, TargetState } from './publish-target.js';

type Creation = Extract<PublishAction, { kind: 'create_child' | 'create' }>;
type Check = Extract<PublishAction, { kind: 'check_child' | 'check' }>;

export function settleCreation(state: TargetState, shape: RequestShape, action: Creation, outcome: ActionOutcome, now: Date): Settlement {
  if (outcome.kind === 'failed') {
    const isUploadRefused = outcome.wasForUpload === true && outcome.error.errorClass === 'rejected';
    return isUploadRefused ? byLink(state, action, now) : afterFailure(state, action, outcome.error, now);
  }
  if (outcome.kind !== 'created') throw unexpected(action, outcome);
  if (action.kind === 'create') {
    if (outcome.awaitsUpload) return goOn({ step: 'uploading', containerId: outcome.containerId, checks: 0 });
    return polled({ step: 'polling', containerId: outcome.containerId, checks: 0 }, shape, now);
  }
  const children = withChild(state, action.index, { id: outcome.containerId, ready: false, ...(outcome.awaitsUpload && { awaitsUpload: true }) });
  const isComplete = children.filter((child) => child.id).length === shape.childCount;
  const patch = { step: isComplete ? 'polling_children' : 'creating_children', childContainers: children, checks: 0 } as const;
  return isComplete ? polled(patch, shape, now) : goOn(patch);
}

function polled(patch: StatePatch, { isReadyAtOnce }: RequestShape, now: Date): Settlement {
  return isReadyAtOnce ? goOn(patch) : wait({ ...patch, dueAt: after(now, pollPause(0)) });
}

export function settleCheck(state: TargetState, action: Check, outcome: ActionOutcome, now: Date): Settlement {
  if (outcome.kind === 'failed') return afterFailure(state, action, outcome.error, now);
  if (outcome.kind !== 'status') throw unexpected(action, outcome);
  const { status } = outcome;
  switch (status.state) {
    case 'in_progress':
      return keepPolling(state, action, now);
    case 'ready':
      // `checks` goes on counting: a network that says ready and then "not ready" to publishing must not be asked for ever.
      if (action.kind === 'check') return goOn({ step: 'ready' });
      return goOn({ childContainers: withChild(state, action.index, { id: action.containerId, ready: true }), checks: 0 });
    case 'published':
      // Only a call of ours can have published it, one whose answer and whose trace in the row were both lost.
      return goOn({ step: 'reading_back', status: 'published', publishedAt: now, checks: 0 });
    case 'expired':
      return afterFailure(state, action, failure('recreate', 'The container expired before it was published'), now);
    case 'failed':
      return afterFailure(state, action, toNetworkError(status.error), now);
  }
}

export function toNetworkError(error: Error): NetworkError {
  return error instanceof NetworkError ? error : failure('retry_later', error.message);
}
