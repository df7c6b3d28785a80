import type { PublishStep } from './publish.states.js';
import type { StatePatch, TargetState } from './publish-target.js';

/** What is written before an outside call goes out, beside the lease that is renewed with it. A question in a step that is already written changes nothing. */
export function intentPatch(state: TargetState, step: PublishStep, now: Date): StatePatch {
  const isFirst = step !== state.step;
  const isInTime = state.publishAt !== null && state.publishAt <= now;
  const asks = step === 'publishing' && !isFirst;
  return {
    step,
    ...(!asks && state.timingSettledAt === null && isInTime && { timingSettledAt: now }),
    ...(step === 'publishing' && isFirst && { publishStartedAt: state.publishStartedAt ?? now, publishCalledAt: now }),
    ...(step === 'commenting' && isFirst && { commentCalledAt: now }),
  };
}
