import type { ErrorKey } from '../graph/error.table.js';
import type { ImageFacts } from './image.probe.js';

/** §1.7, MiB as the error text says. */
export const MAX_IMAGE_BYTES = 8 * 1024 * 1024;
const MIN_ASPECT = 4 / 5;
const MAX_ASPECT = 1.91;
/** One pixel of rounding either way: 1080×1350 and 1200×628 are what Meta itself recommends. */
const TOLERANCE = 0.005;

/** The error row an image earns, or null. Width is scaled, never refused; stories have no hard aspect (§1.7). */
export function judgeImage(facts: ImageFacts, isStory: boolean): ErrorKey | null {
  if (facts.format === 'unknown') return '9004/2207052';
  if (facts.format !== 'jpeg' || facts.width === 0 || facts.height === 0) return '36001/2207005';
  const aspect = facts.width / facts.height;
  const isAccepted = aspect >= MIN_ASPECT - TOLERANCE && aspect <= MAX_ASPECT + TOLERANCE;
  return isStory || isAccepted ? null : '36003/2207009';
}
