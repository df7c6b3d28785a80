import type { NetworkError } from '#networks/port/network-error';
import type { ErrorDetails, StatePatch, TargetState } from './publish-target.js';

export type TargetEvent = 'platform_post.published' | 'platform_post.failed' | 'platform_post.failed_waiting_for_retry' | 'platform_post.unconfirmed' | 'platform_post.held' | 'platform_post.overdue';

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
  return { patch, events, goesOn: true };
}

export function wait(patch: StatePatch & { readonly dueAt: Date }, events: readonly TargetEvent[] = []): Settlement {
  return { patch, events, goesOn: false };
}

export function finish(patch: StatePatch, events: readonly TargetEvent[] = []): Settlement {
  return { patch: { ...patch, step: 'done', dueAt: null }, events, goesOn: false };
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

export function noted(note: string): Pick<TargetState, 'error' | 'errorDetails'> {
  return {
    error: note,
    errorDetails: { platform_error_code: null, platform_error_subcode: null, platform_error_message: null, postproxy_note: note, rule: null, remedy: null },
  };
}

export const noError: Pick<TargetState, 'error' | 'errorDetails'> = { error: null, errorDetails: null };
