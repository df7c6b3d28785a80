import { after } from '#kernel/clock';
import { afterEffectFailed, afterEffectMissed, type EffectVerdict } from './effect.rules.js';
import type { ActionOutcome, PublishAction, RequestShape } from './publish.action.js';
import { maxReadBacks, pollPause, searchEndsAfter, searchPause } from './publish.plan.js';
import { unexpected } from './publish.policy.js';
import { describe, finish, goOn, noError, noted, wait, type Settlement, type TargetEvent } from './publish.settlement.js';
import type { StatePatch, TargetState } from './publish-target.js';

const idUnknown = 'Published; the network did not tell the id of the post';
const commentUnconfirmed = 'The post is live. Its first comment could not be confirmed and is not sent again';

/** The post is live. Nothing here can make it fail: what cannot be read is left open. */
export function settleReadBack(state: TargetState, shape: RequestShape, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  switch (outcome.kind) {
    case 'found':
      if (!outcome.remoteId) return lookAgain(state, now);
      return goOn({ remoteId: outcome.remoteId, checks: 0, ...noError }, isAnnounced(state) ? ['platform_post.identified'] : []);
    case 'permalink':
      if (outcome.permalink) return announce(state, shape, { permalink: outcome.permalink, ...noError });
      return askAgain(state, now) ?? announce(state, shape, noError);
    case 'failed':
      // 100/33 right after publishing is a read-after-write fault of Instagram's (postiz-app #1562), not news about the post.
      return state.remoteId ? (askAgain(state, now) ?? announce(state, shape, noError)) : lookAgain(state, now);
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
      return toSettlement(state, afterEffectMissed(state.checks, now), outcome);
    case 'failed':
      return toSettlement(state, action.kind === 'find_comment' ? afterEffectMissed(state.checks, now) : afterEffectFailed(outcome.error, state.attempts, now), outcome);
    default:
      throw unexpected(action, outcome);
  }
}

function toSettlement(state: TargetState, verdict: EffectVerdict, outcome: ActionOutcome): Settlement {
  switch (verdict.kind) {
    case 'repeat':
      return wait({ step: 'comment_due', attempts: state.attempts + 1, dueAt: verdict.at });
    case 'look':
      // The first look is the one after the call itself, which leaves the step at its intent.
      return wait({ checks: state.step === 'commenting' ? state.checks + 1 : 0, dueAt: verdict.at });
    case 'unconfirmed':
      return finish(noted(commentUnconfirmed), ['platform_post.comment_unconfirmed']);
    case 'refused': {
      const error = outcome.kind === 'failed' ? outcome.error : null;
      return finish(error ? describe(error, 'The post is live. Its first comment was refused') : {});
    }
  }
}

/** Its end has been told already: now its id is looked for beside that. */
function isAnnounced(state: TargetState): boolean {
  return state.step === 'done';
}

function announce(state: TargetState, shape: RequestShape, patch: StatePatch): Settlement {
  const events: TargetEvent[] = isAnnounced(state) ? [] : ['platform_post.published'];
  const hasComment = shape.firstComment !== null && state.remoteId !== null;
  if (!hasComment) return finish(patch, events);
  return goOn({ ...patch, step: 'comment_due', checks: 0 }, events);
}

/** Soon, some times; then the target comes to its end, and the id is looked for at growing pauses for a day. */
function lookAgain(state: TargetState, now: Date): Settlement {
  if (state.checks < maxReadBacks) return wait({ checks: state.checks + 1, dueAt: after(now, pollPause(state.checks + 1)) });
  const ended = finish(noted(idUnknown), isAnnounced(state) ? [] : ['platform_post.published']);
  const isOver = state.publishedAt !== null && now.getTime() - state.publishedAt.getTime() >= searchEndsAfter;
  return isOver ? ended : { ...ended, patch: { ...ended.patch, checks: state.checks + 1, dueAt: after(now, searchPause(state.checks)) } };
}

function askAgain(state: TargetState, now: Date): Settlement | null {
  if (state.checks >= maxReadBacks) return null;
  return wait({ checks: state.checks + 1, dueAt: after(now, pollPause(state.checks + 1)) });
}
