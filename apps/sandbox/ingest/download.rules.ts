import type { ErrorKey } from '../graph/error.table.js';
import type { DownloadFailure } from './media-download.js';

/** The row of §2.3 for an image that could not be had, answered at creation. */
export function downloadErrorKey(reason: DownloadFailure): ErrorKey {
  if (reason === 'timed_out') return '-2/2207003';
  return reason === 'too_large' ? '36000/2207004' : '9004/2207052';
}

/** The subcode of §2.3 for a video that could not be had, shown in the container's `status`. */
const VIDEO_SUBCODES: Record<DownloadFailure, number> = {
  bad_address: 2207052,
  wrong_type: 2207052,
  // As a 403 (§1.5: "fetch answered 403 because of robots.txt").
  disallowed: 2207077,
  unreachable: 2207076,
  refused: 2207077,
  cut_short: 2207077,
  timed_out: 2207003,
  too_large: 2207082,
};

export function downloadSubcode(reason: DownloadFailure): number {
  return VIDEO_SUBCODES[reason];
}
