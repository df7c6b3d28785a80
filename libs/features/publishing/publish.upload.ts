import { after, seconds } from '#kernel/clock';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { maxUploadTries, pollPause } from './publish.plan.js';
import { afterFailure, startingOver, unexpected, withChild } from './publish.policy.js';
import { goOn, wait, type Settlement } from './publish.settlement.js';
import type { TargetState } from './publish-target.js';

type Upload = Extract<PublishAction, { kind: 'upload_child' | 'upload' }>;

/** Bytes sent to a container are no effect that a person sees: whatever is in doubt is asked for and gone on with, or begun anew. */
export function settleUpload(state: TargetState, action: Upload, outcome: ActionOutcome, now: Date): Settlement {
  switch (outcome.kind) {
    case 'parked':
      return wait({ dueAt: now });
    case 'uploaded':
      if (action.kind === 'upload') return wait({ step: 'polling', checks: 0, dueAt: after(now, pollPause(0)) });
      return goOn({ childContainers: withChild(state, action.index, { id: action.containerId, ready: false }), checks: 0 });
    case 'failed': {
      const { errorClass } = outcome.error;
      if (errorClass === 'rejected' || (errorClass === 'recreate' && state.recreations > 0)) return byLink(state, action, now);
      // A cut line goes on where it broke off, some times at once, then by the retry plan: the container lives for a day.
      if (errorClass === 'retry_later' && state.checks < maxUploadTries) return wait({ checks: state.checks + 1, dueAt: after(now, pollPause(state.checks)) });
      return afterFailure(state, action, outcome.error, now);
    }
    default:
      throw unexpected(action, outcome);
  }
}

/** What does not take the file is given its link from now on, in a new container. */
export function byLink(state: TargetState, action: PublishAction, now: Date): Settlement {
  return wait({ ...startingOver(state, action), isUploadRefused: true, recreations: state.recreations + 1, checks: 0, dueAt: after(now, seconds(2)) });
}
