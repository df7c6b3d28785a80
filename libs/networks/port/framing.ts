/** How a file gets into the range of aspect ratios that a network takes: white bars added, or what is too much cut off on both sides alike. */
export type Fit = 'pad' | 'crop';

/** What is done to a file whose aspect ratio (width by height) is outside of a range. JSON-serialisable. */
export interface Framing {
  readonly fit: Fit;
  /** Inclusive; null: as narrow, or as wide, as it likes. */
  readonly minAspect: number | null;
  readonly maxAspect: number | null;
  /** So many pixels too wide or too narrow still counts as within, as the network's rule has it. */
  readonly tolerancePixels: 0 | 1;
}
