import type { ErrorKey } from '../graph/error.table.js';
import type { Json } from '../http/reply.js';

/**
 * `error` and `http` answer without effect; `reset` cuts the connection without effect; `…_after_effect` really does what
 * was asked and then cuts or answers an error; `delay` answers late; `hang` never answers; `duplicate` does it twice.
 */
export const FAULT_KINDS = ['error', 'http', 'reset', 'reset_after_effect', 'error_after_effect', 'delay', 'hang', 'duplicate'] as const;

type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultMatch {
  method: 'GET' | 'POST' | 'DELETE' | null;
  /** Glob over the unversioned path: `*` is one segment, `**` any number. */
  path: string;
  /** `user_id`, `id` or username of the account whose token is used. */
  account: string | null;
  /** First matching call that is hit, counted from 1. */
  nth: number;
  /** How many calls are hit from there on; 0 = all. */
  times: number;
}

export interface FaultAction {
  kind: FaultKind;
  status: number | null;
  body: Json | null;
  preset: ErrorKey | null;
  /** From a preset `status/2207082`: the call succeeds, and the container it makes ends in ERROR with this subcode. */
  doom: number | null;
  /** With a throttling preset: what the usage headers say; null = the default. */
  regain_minutes: number | null;
  ms: number | null;
}

export interface Fault {
  id: string;
  match: FaultMatch;
  fault: FaultAction;
  /** Matching calls so far, and how many of them were hit. */
  seen: number;
  hits: number;
}
