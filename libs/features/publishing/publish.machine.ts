import type { ActionOutcome, PublishAction, RequestShape } from './publish.action.js';
import { settleComment, settleReadBack } from './publish.aftermath.js';
import { settleCheck, settleCreation } from './publish.creation.js';
import { settleConfirmation, settlePublish } from './publish.doubt.js';
import type { Settlement } from './publish.settlement.js';
import { aheadOfTime } from './publish.timing.js';
import { settleUpload } from './publish.upload.js';
import type { TargetState } from './publish-target.js';

/**
 * What the outcome of a call means for its target. Pure: the same state, outcome and time give the same settlement, so the
 * whole machine is tested without a database or a network.
 */
export function settle(state: TargetState, shape: RequestShape, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  return aheadOfTime(state, settleCall(state, shape, action, outcome, now), now);
}

function settleCall(state: TargetState, shape: RequestShape, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  switch (action.kind) {
    case 'create_child':
    case 'create':
      return settleCreation(state, shape, action, outcome, now);
    case 'upload_child':
    case 'upload':
      return settleUpload(state, action, outcome, now);
    case 'check_child':
    case 'check':
      return settleCheck(state, action, outcome, now);
    case 'publish':
      return settlePublish(state, action, outcome, now);
    case 'confirm':
      return settleConfirmation(state, action, outcome, now);
    case 'find_post':
    case 'read_permalink':
      return settleReadBack(state, shape, action, outcome, now);
    case 'comment':
    case 'find_comment':
      return settleComment(state, action, outcome, now);
  }
}
