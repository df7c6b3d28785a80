import type { Violation } from '#kernel/app-error';
import type { Fit, Framing } from '#networks/port/framing';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a picture becomes one of another shape: scaled to `content`, which lies in the middle of `canvas` (pad) or reaches over its edges (crop). */
export interface Frame {
  readonly fit: Fit;
  readonly canvas: Size;
  readonly content: Size;
}

interface Bounds {
  readonly maxWidth: number;
  /** Sides are multiples of it: 2 for videos, whose colours have half the resolution. */
  readonly step: 1 | 2;
}

/** What is done to a picture of this size; null: nothing is asked for, or it is within the range. Never enlarges, and the result is truly within. */
export function frameFor({ width, height }: Size, framing: Framing | null, { maxWidth, step }: Bounds): Frame | null {
  if (framing === null) return null;
  const { fit, minAspect: min, maxAspect: max, tolerancePixels: tolerance } = framing;
  const isTooWide = max !== null && (width - tolerance) / height > max;
  const isTooNarrow = min !== null && (width + tolerance) / height < min;
  if (!isTooWide && !isTooNarrow) return null;
  const largest = { width: floor(Math.min(width, maxWidth), step), height: floor(height, step) };
  const canvas = max !== null && isTooWide ? atMostAsWide(largest, { fit, max, maxWidth, height }, step) : atLeastAsWide(largest, { fit, min: min ?? 0, maxWidth, width }, step);
  return { fit, canvas, content: contentOf({ width, height }, canvas, fit) };
}

/** Padded above and below, or cut left and right. */
function atMostAsWide(largest: Size, { fit, max, maxWidth, height }: { fit: Fit; max: number; maxWidth: number; height: number }, step: 1 | 2): Size {
  if (fit === 'pad') return { width: largest.width, height: tall(largest.width, max, step) };
  const width = floor(floor(height, step) * max, step);
  if (width <= maxWidth) return { width, height: tall(width, max, step) };
  const widest = floor(maxWidth, step);
  return { width: widest, height: tall(widest, max, step) };
}

/** Padded left and right, or cut above and below. */
function atLeastAsWide(largest: Size, { fit, min, maxWidth, width }: { fit: Fit; min: number; maxWidth: number; width: number }, step: 1 | 2): Size {
  const highest = (of: number): number => floor(of / min, step);
  if (fit === 'crop') return { width: largest.width, height: highest(Math.min(width, largest.width)) };
  const height = Math.min(largest.height, highest(floor(maxWidth, step)));
  return { width: ceil(height * min, step), height };
}

/** The least height at which so much width is no more than `max` times it. */
function tall(width: number, max: number, step: 1 | 2): number {
  return ceil(width / max, step);
}

function contentOf({ width, height }: Size, canvas: Size, fit: Fit): Size {
  const scales = [canvas.width / width, canvas.height / height];
  const scale = fit === 'pad' ? Math.min(...scales) : Math.max(...scales);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** At least one step. What is left of a whole number after multiplying and dividing counts as whole. */
function floor(value: number, step: 1 | 2): number {
  return Math.max(step, Math.floor(value / step + 1e-9) * step);
}

function ceil(value: number, step: 1 | 2): number {
  return Math.max(step, Math.ceil(value / step - 1e-9) * step);
}

/** The warning that says what was done. */
export function frameNote({ fit, canvas }: Frame, from: Size, path: string): Violation {
  const [before, after] = [`${from.width}×${from.height}`, `${canvas.width}×${canvas.height}`];
  const message = fit === 'pad' ? `Padded with white from ${before} to ${after} pixels` : `Cropped to the middle from ${before} to ${after} pixels`;
  return { rule: fit === 'pad' ? 'media.padded' : 'media.cropped', path, message, limit: after, actual: before };
}
