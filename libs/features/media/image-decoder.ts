import sharp, { type Sharp } from 'sharp';
import { DecodeGate } from './decode-gate.js';
import type { Preview } from './probed-media.js';

/** What one picture may decode to: a 14,000² PNG of 600 kB would otherwise take 700 MB. Cameras of today reach 48. */
export const maxPixels = 50_000_000;

/** AVIF has no cheap way to a smaller picture: 50 megapixels of it, in 1.2 kB of file, take 700 MB. */
export const maxAvifPixels = 20_000_000;
const maxSeconds = 20;

// Names of temporary files would fill libvips' cache, and an open handle keeps the bytes of a removed file on the disk.
sharp.cache(false);
// One thread a picture, two pictures at once: libvips shares libuv's four threads with files, DNS and database logins.
sharp.concurrency(1);
export const decodeGate = new DecodeGate(2);

/**
 * The one way to open a picture that somebody gave us: bounded in pixels and time, any sign of damage is an error.
 * `isHeaderOnly` leaves the pixel limit to the caller, who can then name the real size.
 */
export function openImage(path: string, { isHeaderOnly = false }: { isHeaderOnly?: boolean } = {}): Sharp {
  return sharp(path, { failOn: 'error', sequentialRead: true, limitInputPixels: isHeaderOnly ? false : maxPixels }).timeout({ seconds: maxSeconds });
}

/** The longer side of thumbnails. */
export const previewSide = 320;

/** Decodes a picture whole (JPEG and WebP at a fraction of their size), and keeps it small. */
export async function decodePreview(picture: Sharp): Promise<Preview> {
  const { data, info } = await picture.resize({ width: previewSide, height: previewSide, fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: info.channels };
}
