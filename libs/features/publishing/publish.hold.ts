import type { AccountLoss } from '#features/accounts/index';
import type { NetworkError } from '#networks/port/network-error';
import type { PublishAction } from './publish.action.js';
import { overdueDecision, type OverduePolicy } from './overdue.rules.js';
import { describe, finish, goOn, noted, type Settlement } from './publish.settlement.js';
import type { HoldReason } from './publish.states.js';
import type { StatePatch, TargetState } from './publish-target.js';

/** What a target becomes that waits for a person: nothing of it is due, and it begins anew when they have acted. */
function held(state: TargetState, reason: HoldReason, now: Date): StatePatch {
  return {
    status: 'pending', hold: reason, heldAt: now, deferral: null, dueAt: null, publishAt: state.publishAt ?? now, timingSettledAt: null, attemptedAt: null,
    attempts: 0, recreations: 0, checks: 0,
  };
}

/** No publishing call has gone out for it, so its containers are forgotten: they live for a day, and nobody knows how long it waits. */
const anew: StatePatch = { step: 'waiting', childContainers: [], containerId: null, publishStartedAt: null, publishCalledAt: null, isFinalIfUntouched: false };

/**
 * The account is lost before the post went out: it is held, and not failed, for it can go out when the person has acted. A container that a
 * publishing call went out for is asked first then; its own last word (`confirm`) was that it failed.
 */
export function holdForAccount(state: TargetState, action: PublishAction, error: NetworkError, loss: AccountLoss, now: Date): Settlement {
  const asksFirst = action.kind === 'publish' || (action.kind !== 'confirm' && state.publishCalledAt !== null);
  const from: StatePatch = asksFirst ? { step: 'publishing', isFinalIfUntouched: false } : anew;
  return { patch: { ...held(state, loss, now), ...from, ...describe(error) }, events: ['platform_post.held'], goesOn: false };
}

const skipped = 'Not published: its time had passed when a worker came to it, and late posts are skipped';

/** What the overdue policy makes of a target that is late because nobody came at its time. Told in every case. */
export function settleOverdue(state: TargetState, policy: OverduePolicy, now: Date): Settlement {
  const publishAt = state.publishAt ?? now;
  const decision = overdueDecision(policy, publishAt, now);
  const tells = { decision, late_by_seconds: Math.round((now.getTime() - publishAt.getTime()) / 1000) };
  switch (decision) {
    case 'publish':
      return { ...goOn({ timingSettledAt: now }, ['platform_post.overdue']), tells };
    case 'hold': {
      const from = state.publishCalledAt === null ? anew : { step: 'publishing' as const };
      return { patch: { ...held(state, 'overdue', now), ...from }, events: ['platform_post.overdue', 'platform_post.held'], goesOn: false, tells };
    }
    case 'skip': {
      const said = noted(skipped);
      const errorDetails = said.errorDetails && { ...said.errorDetails, postproxy_note: null, rule: 'overdue.skipped', remedy: 'Retry the post to publish it now after all' };
      return { ...finish({ status: 'failed', timingSettledAt: now, error: skipped, errorDetails }, ['platform_post.overdue', 'platform_post.failed']), tells };
    }
  }
}
