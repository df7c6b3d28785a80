import type { ErrorPolicy } from './error-policy.js';

/** One line of Meta's error reference. `code` null: seen only inside a container's `status` text, known by its subcode. */
export interface ErrorRow {
  readonly code: number | null;
  readonly subcode: number | null;
  readonly meaning: string;
  readonly policy: ErrorPolicy;
  /** After so many tries under this policy the input is at fault. Absent: the worker's ordinary plan. */
  readonly maxTries?: number;
  /** What a person should do, in our words. */
  readonly remedy: string;
  /** The account itself is barred, not this call. */
  readonly concernsAccount?: true;
  /** Where the fact comes from: a section of the reference, and what it names there. */
  readonly source: string;
  /** The limit is on posts or containers, not on calls. */
  readonly isPostLimit?: true;
  /** The code alone means the same: `error_subcode` is optional in the envelope (§2.1). */
  readonly alsoWithoutSubcode?: true;
}
