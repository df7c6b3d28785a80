import type { Violation } from '#kernel/app-error';
import type { MediaFacts } from '#networks/port/media-facts';

/** A delivery copy, with what was done to get it. */
export interface RepairedMedia {
  /** The original's own where it stays as it is and only the notes are new. */
  readonly path: string;
  readonly facts: MediaFacts;
  readonly notes: readonly Violation[];
}
