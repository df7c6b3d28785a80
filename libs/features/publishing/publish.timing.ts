import { after } from '#kernel/clock';
import type { PublishAction } from './publish.action.js';
import { describeAgain, wait, type Settlement } from './publish.settlement.js';
import type { TargetState } from './publish-target.js';

/** What is made now is made ahead of its time: nothing has gone out, and nothing is late. */
function isEarly(state: TargetState, now: Date): state is TargetState & { readonly publishAt: Date } {
  return state.publishAt !== null && state.publishAt > now && state.publishStartedAt === null && state.publishedAt === null;
}

/** The time of a row has come that was taken up ahead of it: it is to be marked as begun before anything else happens to it. */
export function hasToBegin(state: TargetState, now: Date): boolean {
  return state.attemptedAt === null && !(state.publishAt !== null && state.publishAt > now);
}

/** Until when a call must wait; null: it may go out. A publishing call never goes out before its time, whatever has woken the row. */
export function pauseBefore(state: TargetState, action: PublishAction, now: Date): Date | null {
  return action.kind === 'publish' && state.publishAt !== null && state.publishAt > now ? state.publishAt : null;
}

/**
 * What an outcome means ahead of the post's time. A passing failure is no failure yet: it is tried again, half the remaining time later, and the
 * retry plan begins untouched when the time comes. What can never succeed fails early, so that its author hears of it while something can be done.
 */
export function aheadOfTime(state: TargetState, settlement: Settlement, now: Date): Settlement {
  if (!isEarly(state, now)) return settlement;
  const { patch } = settlement;
  if (patch.status === 'failed_waiting_for_retry') {
    const half = after(now, (state.publishAt.getTime() - now.getTime()) / 2);
    const next = patch.dueAt && patch.dueAt > half ? patch.dueAt : half;
    const noted = describeAgain(patch, 'This happened while the post was prepared ahead of its time; it is tried again before that');
    return wait({ ...patch, ...noted, status: state.status, attempts: state.attempts, dueAt: next < state.publishAt ? next : state.publishAt });
  }
  if (patch.status !== 'failed') return settlement;
  return { ...settlement, patch: { ...patch, ...describeAgain(patch, 'Found while the post was prepared ahead of its time; nothing has been published') } };
}

/** How late a publishing call is, in milliseconds: after the time of the post, or, when that is as soon as it can, after the row was due. */
export function latenessOf({ publishAt, dueAt }: TargetState, now: Date): number {
  return Math.max(0, now.getTime() - (publishAt ?? dueAt ?? now).getTime());
}
