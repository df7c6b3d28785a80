import { stayInDoubt } from './publish.doubt.js';
import { nextRetry } from './publish.plan.js';
import { failure, retryOrFail } from './publish.policy.js';
import { finish, noted, wait, type Settlement } from './publish.settlement.js';
import { aheadOfTime } from './publish.timing.js';
import type { TargetState } from './publish-target.js';

const sentence = 'A fault of ours interrupted publishing; it is in the logs';

/**
 * Something in our own code or its surroundings threw where no outcome could be told. The row must neither come back at once
 * for ever nor lose what is known: a live post stays published, a doubt stays a doubt, the rest follows the retry plan.
 */
export function settleFault(state: TargetState, now: Date): Settlement {
  if (state.step === 'publishing') return stayInDoubt(state, false, now);
  if (!state.publishedAt) return aheadOfTime(state, retryOrFail(state, failure('retry_later', sentence), now), now);
  const dueAt = nextRetry(state.attempts, now);
  return dueAt ? wait({ attempts: state.attempts + 1, dueAt }) : finish(noted(`The post is live. ${sentence}`));
}
