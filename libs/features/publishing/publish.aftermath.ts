import { after, seconds } from '#kernel/clock';
import type { ActionOutcome, PublishAction, RequestShape } from './publish.action.js';
import { maxReadBacks, nextRetry, pollPause } from './publish.plan.js';
import { unexpected } from './publish.policy.js';
import { describe, finish, goOn, noError, noted, wait, type Settlement } from './publish.settlement.js';
import type { StatePatch, TargetState } from './publish-target.js';

/** The post is live. Nothing here can make it fail: what cannot be read is left open. */
export function settleReadBack(state: TargetState, shape: RequestShape, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  switch (outcome.kind) {
    case 'found':
      if (outcome.remoteId) return goOn({ remoteId: outcome.remoteId, checks: 0 });
      return askAgain(state, now) ?? announce(state, shape, noted('Published; the network did not tell the id of the post'));
    case 'permalink':
      if (outcome.permalink) return announce(state, shape, { permalink: outcome.permalink, ...noError });
      return askAgain(state, now) ?? announce(state, shape, noError);
    case 'failed':
      // 100/33 right after publishing is a read-after-write fault of Instagram's (postiz-app #1562), not news about the post.
      return askAgain(state, now) ?? announce(state, shape, state.remoteId ? noError : noted('Published; the network did not tell the id of the post'));
    default:
      throw unexpected(action, outcome);
  }
}

export function settleComment(state: TargetState, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  switch (outcome.kind) {
    case 'commented':
      return finish({ firstCommentId: outcome.commentId, ...noError });
    case 'found_comment':
      if (outcome.commentId) return finish({ firstCommentId: outcome.commentId, ...noError });
      return askAgain(state, now) ?? finish(noted('The post is live. Its first comment could not be confirmed and is not sent again'));
    case 'failed':
      return afterFailedComment(state, action, outcome, now);
    default:
      throw unexpected(action, outcome);
  }
}

function afterFailedComment(state: TargetState, action: PublishAction, outcome: Extract<ActionOutcome, { kind: 'failed' }>, now: Date): Settlement {
  const { error } = outcome;
  if (action.kind === 'find_comment') {
    return askAgain(state, now) ?? finish(noted('The post is live. Its first comment could not be confirmed and is not sent again'));
  }
  if (error.errorClass === 'outcome_unknown') return wait({ checks: 0, dueAt: after(now, seconds(2)) });
  const planned = nextRetry(state.attempts, now);
  const dueAt = error.errorClass === 'rate_limited' ? planned && (error.retryAt ?? planned) : error.errorClass === 'retry_later' ? planned : null;
  if (dueAt) return wait({ step: 'comment_due', attempts: state.attempts + 1, dueAt });
  return finish(describe(error, 'The post is live. Its first comment was refused'));
}

function announce(state: TargetState, shape: RequestShape, patch: StatePatch): Settlement {
  const hasComment = shape.firstComment !== null && state.remoteId !== null;
  if (!hasComment) return finish(patch, ['platform_post.published']);
  return goOn({ ...patch, step: 'comment_due', checks: 0 }, ['platform_post.published']);
}

function askAgain(state: TargetState, now: Date): Settlement | null {
  if (state.checks >= maxReadBacks) return null;
  return wait({ checks: state.checks + 1, dueAt: after(now, pollPause(state.checks + 1)) });
}
