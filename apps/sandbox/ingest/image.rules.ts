import type { ErrorKey } from '../graph/error.table.js';
import type { AccountSettings } from '../state/account.settings.js';
import type { ImageFacts } from './image.probe.js';

/** §1.7, MiB as the error text says. */
export const MAX_IMAGE_BYTES = 8 * 1024 * 1024;
const MIN_ASPECT = 4 / 5;
const MAX_ASPECT = 1.91;
/** One pixel of rounding either way: 1200×628, which Meta itself recommends, is 1.9108. */
const ROUNDING = 1;
/** The looser gates of other tools (§1.7, "Conflicts"). */
const LENIENT = { minSide: 200, minAspect: 0.01, maxAspect: 10 };

/** The error row an image earns, or null. Under Meta's limits width is scaled, never refused; stories and covers have no hard aspect (§1.7). */
export function judgeImage(facts: ImageFacts, hasFreeAspect: boolean, limits: AccountSettings['limits']): ErrorKey | null {
  const { format, width, height } = facts;
  if (format === 'unknown') return '9004/2207052';
  const isFormatAccepted = format === 'jpeg' || (format === 'png' && limits === 'lenient');
  if (!isFormatAccepted || width === 0 || height === 0) return '36001/2207005';
  if (limits === 'lenient') return judgeLeniently(width, height);
  const isAccepted = width + ROUNDING >= height * MIN_ASPECT && width - ROUNDING <= height * MAX_ASPECT;
  return hasFreeAspect || isAccepted ? null : '36003/2207009';
}

/** No row of §2.3 speaks of too few pixels; the one for images that cannot be used says it best. */
function judgeLeniently(width: number, height: number): ErrorKey | null {
  if (Math.min(width, height) < LENIENT.minSide) return '36001/2207005';
  const aspect = width / height;
  return aspect >= LENIENT.minAspect && aspect <= LENIENT.maxAspect ? null : '36003/2207009';
}
