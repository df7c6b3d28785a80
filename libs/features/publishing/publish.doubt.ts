import { after } from '#kernel/clock';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { toNetworkError } from './publish.creation.js';
import { confirmationPause, doubtEndsAfter, maxQuickConfirmations } from './publish.plan.js';
import { afterFailure, failure, retryOrFail, unexpected } from './publish.policy.js';
import { describe, finish, goOn, noError, noted, wait, type Settlement } from './publish.settlement.js';
import type { TargetState } from './publish-target.js';

const lostAnswer = 'The network did not confirm the publishing call; its container is being asked';

/** The one call that must never be repeated blindly. */
export function settlePublish(state: TargetState, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  if (outcome.kind === 'published') {
    return goOn({ step: 'reading_back', status: 'published', remoteId: outcome.remoteId, publishedAt: now, attempts: 0, checks: 0, ...noError });
  }
  if (outcome.kind !== 'failed') throw unexpected(action, outcome);
  if (outcome.error.errorClass === 'outcome_unknown') {
    return wait({ step: 'publishing', checks: 0, ...describe(outcome.error, lostAnswer), dueAt: after(now, confirmationPause(0)) });
  }
  // The network says that nothing happened. Before the next try the container is asked again: it may have expired meanwhile.
  const settlement = afterFailure(state, action, outcome.error, now);
  return settlement.patch.step ? settlement : { ...settlement, patch: { step: 'polling', ...settlement.patch } };
}

/** A publishing call went out, or may have. The container knows. */
export function settleConfirmation(state: TargetState, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  if (outcome.kind === 'failed') return stayInDoubt(state, outcome.error.errorClass === 'needs_reauth', now);
  if (outcome.kind !== 'status') throw unexpected(action, outcome);
  const { status } = outcome;
  switch (status.state) {
    case 'published':
      return goOn({ step: 'reading_back', status: 'published', publishedAt: state.publishStartedAt ?? now, attempts: 0, checks: 0, ...noError });
    case 'ready':
      return publishOnceMore(state, now);
    case 'in_progress':
      return stayInDoubt(state, false, now);
    case 'expired':
      return afterFailure(state, action, failure('recreate', 'The container expired before it was published'), now);
    case 'failed':
      return afterFailure(state, action, toNetworkError(status.error), now);
  }
}

/** The container is untouched, so the call had no effect: once more at once, then by the retry plan. */
function publishOnceMore(state: TargetState, now: Date): Settlement {
  if (state.attempts === 0) return goOn({ step: 'ready', status: 'processing', attempts: 1, checks: 0 });
  return retryOrFail(state, failure('retry_later', state.error ?? 'The network did not carry out the publishing call'), now, { step: 'polling' });
}

/** Nothing learned. After some quick questions the doubt is shown; it ends when the container could no longer be published. */
export function stayInDoubt(state: TargetState, tokenLost: boolean, now: Date): Settlement {
  const checks = state.checks + 1;
  const isOld = state.publishStartedAt !== null && now.getTime() - state.publishStartedAt.getTime() > doubtEndsAfter;
  if (isOld) return finish({ status: 'unconfirmed', checks, ...noted('The network never said whether the post was published; look there before posting it again') });
  const isShown = state.status === 'unconfirmed' || tokenLost || checks >= maxQuickConfirmations;
  const patch = { checks, dueAt: after(now, confirmationPause(checks)), ...(isShown ? ({ status: 'unconfirmed' } as const) : {}) };
  const settlement = wait(patch, isShown && state.status !== 'unconfirmed' ? ['platform_post.unconfirmed'] : []);
  return tokenLost ? { ...settlement, profileLost: true } : settlement;
}
