import { after } from '#kernel/clock';
import { lossOf } from '#features/accounts/index';
import type { NetworkError } from '#networks/port/network-error';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { toNetworkError } from './publish.creation.js';
import { confirmationPause, doubtEndsAfter, maxQuickConfirmations, untouchedAfter } from './publish.plan.js';
import { afterFailure, failure, retryOrFail, unexpected } from './publish.policy.js';
import { describe, fail, finish, goOn, noError, noted, wait, type Settlement } from './publish.settlement.js';
import type { TargetState } from './publish-target.js';

const lostAnswer = 'The network did not confirm the publishing call; its container is being asked';

/** Answers to a publishing call that only come when nothing happened: the network is busy, limits us, or says "not ready". */
const certainlyNothing: ReadonlySet<NetworkError['errorClass']> = new Set(['poll', 'rate_limited', 'retry_later']);

/** The one call that must never be repeated blindly. `state` is from before the call: its `publishStartedAt` tells of an earlier one. */
export function settlePublish(state: TargetState, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  if (outcome.kind === 'published') {
    return goOn({ step: 'reading_back', status: 'published', remoteId: outcome.remoteId, publishedAt: now, attempts: 0, checks: 0, ...noError });
  }
  if (outcome.kind !== 'failed') throw unexpected(action, outcome);
  const { error } = outcome;
  // Refused posts have been found live (postiz-app #1681), and what is refused the second time may have been carried out the first
  // time. So the container is asked, and only its own word (ERROR, EXPIRED) leads to a new one. An account that is lost
  // the first time leaves nobody to ask: the post is held, and its container asked when the account is back.
  const isRefused = error.errorClass === 'rejected' || error.errorClass === 'needs_user';
  const isAccountLost = lossOf(error) !== null && state.publishStartedAt === null;
  if (!certainlyNothing.has(error.errorClass) && !isAccountLost) {
    return wait({ step: 'publishing', checks: 0, isFinalIfUntouched: isRefused || (error.facts.isFinalIfUntouched ?? false), ...describe(error, lostAnswer), dueAt: after(now, confirmationPause(0)) });
  }
  const settlement = afterFailure(state, action, error, now);
  return settlement.patch.step ? settlement : { ...settlement, patch: { step: 'polling', ...settlement.patch } };
}

/** A publishing call went out, or may have. The container knows. */
export function settleConfirmation(state: TargetState, action: PublishAction, outcome: ActionOutcome, now: Date): Settlement {
  if (outcome.kind === 'failed') return stayInDoubt(state, lossOf(outcome.error) !== null, now);
  if (outcome.kind !== 'status') throw unexpected(action, outcome);
  const { status } = outcome;
  switch (status.state) {
    case 'published':
      return goOn({ step: 'reading_back', status: 'published', publishedAt: state.publishStartedAt ?? now, attempts: 0, checks: 0, ...noError });
    case 'ready':
      return isSettledDown(state, now) ? afterUntouched(state, now) : stayInDoubt(state, false, now);
    case 'in_progress':
      return stayInDoubt(state, false, now);
    case 'expired':
      if (state.status === 'unconfirmed') return notCarriedOut();
      return afterFailure(state, action, failure('recreate', 'The container expired before it was published'), now);
    case 'failed':
      return state.status === 'unconfirmed' ? fail(toNetworkError(status.error)) : afterFailure(state, action, toNetworkError(status.error), now);
  }
}

/** Its author has been told of the doubt and may have acted on it: nothing is sent again unless they say so. */
function notCarriedOut(): Settlement {
  return fail(failure('rejected', 'The network did not carry out the publishing call; nothing was published', { remedy: 'Retry the post, unless it was published by hand meanwhile' }));
}

function isSettledDown(state: TargetState, now: Date): boolean {
  return state.publishCalledAt === null || now.getTime() - state.publishCalledAt.getTime() >= untouchedAfter;
}

/** The container is untouched, so the call had no effect: once more at once, then by the retry plan, unless the network forbade it or the doubt was shown. */
function afterUntouched(state: TargetState, now: Date): Settlement {
  if (state.isFinalIfUntouched) return finish({ status: 'failed', ...withoutNote(state) }, ['platform_post.failed']);
  if (state.status === 'unconfirmed') return notCarriedOut();
  if (state.attempts === 0) return goOn({ step: 'ready', status: 'processing', attempts: 1, checks: 0 });
  return retryOrFail(state, failure('retry_later', state.error ?? 'The network did not carry out the publishing call'), now, { step: 'polling' });
}

function withoutNote({ error, errorDetails }: TargetState): Pick<TargetState, 'error' | 'errorDetails'> {
  return { error, errorDetails: errorDetails && { ...errorDetails, postproxy_note: null } };
}

/** Nothing learned. After some quick questions the doubt is shown; it ends when the container could no longer be published. */
export function stayInDoubt(state: TargetState, isAccountLost: boolean, now: Date): Settlement {
  const checks = state.checks + 1;
  const isShown = state.status === 'unconfirmed' || isAccountLost || checks >= maxQuickConfirmations;
  const events = isShown && state.status !== 'unconfirmed' ? (['platform_post.unconfirmed'] as const) : [];
  const isOld = state.publishStartedAt !== null && now.getTime() - state.publishStartedAt.getTime() > doubtEndsAfter;
  if (isOld && checks >= maxQuickConfirmations) {
    return finish({ status: 'unconfirmed', checks, ...noted('The network never said whether the post was published; look there before posting it again') }, events);
  }
  return wait({ checks, dueAt: after(now, confirmationPause(checks)), ...(isShown ? ({ status: 'unconfirmed' } as const) : {}) }, events);
}
