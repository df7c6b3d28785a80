import type { Target } from '../http/hosts.js';
import type { Account } from '../state/entities.js';

/** One call of Instagram's API on any of its hosts, as ledger, faults and request log see it. */
export interface ApiCall {
  method: string;
  target: Target;
  /** Without version: what faults match. */
  path: string;
  /** Whose token came with it; null when there was none that is known. */
  account: Account | null;
  /** What was sent, for the request log: parameters by name, or a description of a body that is a file. */
  parameters: Record<string, unknown>;
}
