import type { Violation } from '#kernel/app-error';
import type { MediaFacts } from '#networks/port/media-facts';

/** One media after its bytes were fetched, judged readable, repaired where needed and stored. */
export interface IngestedMedia {
  /** Of the delivery copy: what the network will get, so what the network's rules are asked about. */
  readonly facts: MediaFacts;
  readonly originalFacts: MediaFacts;
  /** Keys in the object storage. They are equal when nothing had to be repaired. */
  readonly originalKey: string;
  readonly deliveryKey: string;
  /** A small JPEG; null where none could be made. */
  readonly thumbnailKey: string | null;
  /** Of the original's bytes, lower-case hex. */
  readonly sha256: string;
  readonly sourceUrl: string | null;
  /** What was repaired, as warnings. */
  readonly notes: readonly Violation[];
}
