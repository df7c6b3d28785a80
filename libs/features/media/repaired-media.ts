import type { Violation } from '#kernel/app-error';
import type { Fit } from '#networks/port/framing';
import type { MediaFacts } from '#networks/port/media-facts';
import type { Preview } from './probed-media.js';

/** A delivery copy, with what was done to get it. */
export interface RepairedMedia {
  /** The original's own where it stays as it is and only the notes are new. */
  readonly path: string;
  readonly facts: MediaFacts;
  readonly notes: readonly Violation[];
  /** Where it was given another shape. */
  readonly fit?: Fit;
  /** Of a picture that the probe did not decode. */
  readonly preview?: () => Promise<Preview>;
}
