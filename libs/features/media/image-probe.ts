import type { Metadata } from 'sharp';
import { maxHeicBytes, maxHeicPixels } from './heic-decoder.js';
import { readHeicHeader } from './heic-header.js';
import { decodeGate, decodePreview, maxAvifPixels, maxPixels, openImage } from './image-decoder.js';
import type { JpegOutline } from './jpeg-outline.js';
import type { FileToProbe, ImageTraits, Preview, ProbedMedia } from './probed-media.js';
import { unreadable } from './unreadable.js';

/** From its header. @throws AppError `media_unreadable` for a picture that is broken or too large to decode */
export async function probeImage(file: FileToProbe): Promise<ProbedMedia> {
  if (file.contentType === 'image/heic') return probeHeic(file);
  const metadata = await readHeader(file);
  requireSize(file, metadata.width * (metadata.pageHeight ?? metadata.height), file.contentType === 'image/avif' ? maxAvifPixels : maxPixels);
  const facts = { kind: 'image', contentType: file.contentType, sizeBytes: file.sizeBytes, ...displayed(metadata) } as const;
  return { facts, image: { ...traits(metadata), isMultiPicture: false } };
}

/** What the markers of a JPEG add. @throws AppError `media_unreadable` for one that was cut off */
export function addOutline({ facts, image }: ProbedMedia, { isMultiPicture, isWhole }: JpegOutline, at: string): ProbedMedia {
  if (!isWhole) throw damaged({ at, contentType: facts.contentType }, new Error('It has no end'));
  return { facts, image: image && { ...image, isMultiPicture } };
}

/** Every pixel (of JPEG and WebP at a fraction of the size): the only proof that all of it is there. @returns what is left of it, for the thumbnail */
export async function decodeImage({ path, contentType, at }: { path: string; contentType: string; at: string }): Promise<Preview> {
  try {
    return await decodeGate.run(() => decodePreview(openImage(path).autoOrient()));
  } catch (error) {
    throw damaged({ at, contentType }, error);
  }
}

/** The header only: it is always converted, and decoded then. */
async function probeHeic(file: FileToProbe): Promise<ProbedMedia> {
  const { width, height } = await readHeicHeader(file.path).catch((error: unknown) => {
    throw damaged(file, error);
  });
  requireSize(file, width * height, maxHeicPixels);
  if (file.sizeBytes > maxHeicBytes) {
    const message = `The picture has ${file.sizeBytes} bytes; at most ${maxHeicBytes} of HEIC can be processed`;
    throw unreadable({ rule: 'media.size_max', path: file.at, message, limit: maxHeicBytes, actual: file.sizeBytes, fix: 'Scale the picture down' });
  }
  const facts = { kind: 'image', contentType: file.contentType, sizeBytes: file.sizeBytes, width, height } as const;
  return { facts, image: { orientation: 1, colourSpace: 'srgb', hasAlpha: false, pages: 1, isMultiPicture: false } };
}

function requireSize(file: FileToProbe, pixels: number, limit: number): void {
  if (pixels > limit) {
    const message = `The picture has ${megapixels(pixels)} megapixels; at most ${megapixels(limit)} can be processed`;
    throw unreadable({ rule: 'media.pixels_max', path: file.at, message, limit, actual: pixels, fix: 'Scale the picture down' });
  }
}

async function readHeader(file: FileToProbe): Promise<Metadata> {
  try {
    return await openImage(file.path, { isHeaderOnly: true }).metadata();
  } catch (error) {
    throw damaged(file, error);
  }
}

function displayed(metadata: Metadata): { width: number; height: number } {
  const { width } = metadata;
  const height = metadata.pageHeight ?? metadata.height;
  return (metadata.orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
}

function traits(metadata: Metadata): Omit<ImageTraits, 'isMultiPicture'> {
  return {
    orientation: metadata.orientation ?? 1,
    colourSpace: metadata.space,
    hasAlpha: metadata.hasAlpha,
    pages: metadata.pages ?? 1,
  };
}

function damaged({ at, contentType }: Pick<FileToProbe, 'at' | 'contentType'>, cause: unknown): Error {
  const message = `The picture (${contentType}) is damaged or incomplete and cannot be decoded`;
  return unreadable({ rule: 'media.damaged', path: at, message, actual: contentType, fix: 'Export or upload the picture again' }, cause);
}

function megapixels(pixels: number): string {
  return (pixels / 1_000_000).toFixed(1);
}
