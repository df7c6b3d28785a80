import { after, hours } from '#kernel/clock';
import type { NetworkError } from '#networks/port/network-error';
import type { PublishAction } from './publish.action.js';
import type { DeferralReason } from './publish.states.js';
import type { ErrorDetails, StatePatch, TargetState } from './publish-target.js';

export type TargetEvent =
  | 'platform_post.published'
  | 'platform_post.failed'
  | 'platform_post.failed_waiting_for_retry'
  | 'platform_post.unconfirmed'
  /** A person has to act before it goes out. */
  | 'platform_post.held'
  /** Nobody came at its time; what was decided is told. */
  | 'platform_post.overdue'
  /** A limit of the network keeps it waiting. */
  | 'platform_post.deferred'
  /** The id of a post that was already told to be published is known now. */
  | 'platform_post.identified'
  /** The post is live; whether its first comment is, nobody knows. */
  | 'platform_post.comment_unconfirmed';

/** What one outcome changes. Written in one transaction with its events. */
export interface Settlement {
  readonly patch: StatePatch;
  readonly events: readonly TargetEvent[];
  /** True: go on to the next call at once; false: let go of the row until `patch.dueAt`. */
  readonly goesOn: boolean;
  /** What its events tell beside the state. */
  readonly tells?: Readonly<Record<string, unknown>>;
}

export function goOn(patch: StatePatch, events: readonly TargetEvent[] = []): Settlement {
  return { patch: { deferral: null, ...patch }, events, goesOn: true };
}

export function wait(patch: StatePatch & { readonly dueAt: Date }, events: readonly TargetEvent[] = []): Settlement {
  return { patch: { deferral: null, ...patch }, events, goesOn: false };
}

/** A limit that a target waits for; it goes on by itself. */
export interface Deferral {
  readonly reason: DeferralReason;
  readonly until: Date;
  /** A moment between two calls, not worth an event. */
  readonly isBrief?: true;
}

/** Nothing has failed, and no round of the retry plan is used up. Told once, however often it is put off for the same reason. */
export function defer(state: TargetState, { reason, until, isBrief }: Deferral): Settlement {
  return { patch: { deferral: reason, dueAt: until }, events: state.deferral === reason || isBrief ? [] : ['platform_post.deferred'], goesOn: false };
}

/** A container that waits this long is asked before it is published: it lives for a day. */
const staleAfter = hours(1);

/** Put off before the call. Patience with failures counts from the last time a limit was met: waiting for room is nobody's failure. */
export function deferBefore(state: TargetState, action: PublishAction, deferral: Deferral, now: Date): Settlement {
  const settlement = defer(state, deferral);
  const isFresh = state.attempts === 0 && state.publishStartedAt === null && state.attemptedAt !== null;
  const isStale = action.kind === 'publish' && deferral.until >= after(now, staleAfter);
  return { ...settlement, patch: { ...settlement.patch, ...(isFresh && { attemptedAt: now }), ...(isStale && { step: 'polling' }) } };
}

export function finish(patch: StatePatch, events: readonly TargetEvent[] = []): Settlement {
  return { patch: { deferral: null, ...patch, step: 'done', dueAt: null }, events, goesOn: false };
}

export function fail(error: NetworkError): Settlement {
  return finish({ status: 'failed', ...describe(error) }, ['platform_post.failed']);
}

/** The error as the API and events show it. */
export function describe(error: NetworkError, note: string | null = null): Pick<TargetState, 'error' | 'errorDetails'> {
  const errorDetails: ErrorDetails = {
    platform_error_code: error.facts.code,
    platform_error_subcode: error.facts.subcode,
    platform_error_message: error.facts.message,
    postproxy_note: note,
    rule: error.facts.rule ?? null,
    remedy: error.facts.remedy,
  };
  return { error: error.facts.message, errorDetails };
}

/** The same error under another note. */
export function describeAgain({ error, errorDetails }: StatePatch, note: string): StatePatch {
  return errorDetails ? { error: error ?? null, errorDetails: { ...errorDetails, postproxy_note: note } } : {};
}

export function noted(note: string): Pick<TargetState, 'error' | 'errorDetails'> {
  return {
    error: note,
    errorDetails: { platform_error_code: null, platform_error_subcode: null, platform_error_message: null, postproxy_note: note, rule: null, remedy: null },
  };
}

export const noError: Pick<TargetState, 'error' | 'errorDetails'> = { error: null, errorDetails: null };
