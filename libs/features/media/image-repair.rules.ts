import type { Violation } from '#kernel/app-error';
import { frameNote, type Frame } from './frame.rules.js';
import type { ProbedMedia } from './probed-media.js';

/** What every network that we publish to takes without converting it again. */
export const deliveryImage = {
  contentType: 'image/jpeg',
  maxWidth: 1440,
  /** The smaller reading of "8 MB". */
  maxBytes: 8_000_000,
} as const;

const delivered: ReadonlySet<string> = new Set(['srgb', 'b-w']);

/** What must be done to a picture before it is delivered, as the warnings that will say so. Empty: it goes out byte for byte. */
export function repairsFor({ facts, image }: Pick<ProbedMedia, 'facts' | 'image'>, path: string, frame: Frame | null = null): Violation[] {
  if (!image) return [];
  const { contentType, maxWidth, maxBytes } = deliveryImage;
  const repairs: [boolean, Omit<Violation, 'path'>][] = [
    [facts.contentType !== contentType, { rule: 'media.converted', message: `Converted from ${facts.contentType} to JPEG`, limit: contentType, actual: facts.contentType }],
    [image.pages > 1, { rule: 'media.first_frame', message: `Only the first of ${image.pages} pictures of the animation is used`, limit: 1, actual: image.pages }],
    [image.isMultiPicture, { rule: 'media.first_frame', message: 'Only the first of the pictures in the file (MPO or JPS) is used', limit: 1 }],
    [image.hasAlpha, { rule: 'media.flattened', message: 'Transparent parts were put on white' }],
    [image.orientation !== 1, { rule: 'media.turned', message: `Turned upright (EXIF orientation ${image.orientation})`, limit: 1, actual: image.orientation }],
    [facts.contentType === contentType && !delivered.has(image.colourSpace), { rule: 'media.colours', message: `Colours converted from ${image.colourSpace} to sRGB`, limit: 'srgb', actual: image.colourSpace }],
    [facts.width > maxWidth && frame === null, { rule: 'media.scaled', message: `Scaled from ${facts.width} to ${maxWidth} pixels wide`, limit: maxWidth, actual: facts.width }],
    [facts.contentType === contentType && facts.sizeBytes > maxBytes, { rule: 'media.compressed', message: `Compressed again: ${facts.sizeBytes} bytes are more than ${maxBytes}`, limit: maxBytes, actual: facts.sizeBytes }],
  ];
  const notes = repairs.filter(([isNeeded]) => isNeeded).map(([, note]) => ({ ...note, path }));
  return frame ? [...notes, frameNote(frame, facts, path)] : notes;
}
