import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Sharp } from 'sharp';
import type { Framing } from '#networks/port/framing';
import type { MediaFacts } from '#networks/port/media-facts';
import { frameFor, type Frame } from './frame.rules.js';
import { decodeGate, decodePreview, openImage } from './image-decoder.js';
import { deliveryImage, repairsFor } from './image-repair.rules.js';
import { HeicDecoder } from './heic-decoder.js';
import type { ProbedMedia } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';

/** From hardly visible to clearly visible loss. Pictures of this width that need the last one are noise. */
const qualities = [90, 80, 70, 60, 50, 40, 30] as const;

const white = '#ffffff';

/** Makes the delivery copy of a picture: upright sRGB JPEG on white, without metadata (GPS), small enough. */
@Injectable()
export class ImageConversion {
  constructor(private readonly heic: HeicDecoder) {}

  /**
   * Writes the copy into `directory`.
   * @returns null when the picture can go out byte for byte
   */
  async repair(path: string, probed: ProbedMedia, directory: string, at = 'media', framing: Framing | null = null): Promise<RepairedMedia | null> {
    const frame = probed.image && frameFor(probed.facts, framing, { maxWidth: deliveryImage.maxWidth, step: 1 });
    const notes = repairsFor(probed, at, frame);
    if (notes.length === 0) return null;
    const target = join(directory, 'delivery.jpg');
    const isHeic = probed.facts.contentType === 'image/heic';
    const picture = isHeic ? await this.heic.open(path, at) : openImage(path).autoOrient();
    const facts = await decodeGate.run(() => this.convert(picture, target, frame));
    return { path: target, facts, notes, ...(frame && { fit: frame.fit }), ...(isHeic && { preview: () => decodeGate.run(() => decodePreview(picture.clone())) }) };
  }

  /** A copy that stays too large at the lowest quality is kept: the network's own rule then names the sizes. */
  private async convert(picture: Sharp, target: string, frame: Frame | null): Promise<MediaFacts> {
    let facts: MediaFacts | null = null;
    for (const quality of qualities) {
      const { width, height, size } = await shaped(picture.clone().flatten({ background: white }), frame).jpeg({ quality }).toFile(target);
      facts = { kind: 'image', contentType: deliveryImage.contentType, sizeBytes: size, width, height };
      if (size <= deliveryImage.maxBytes) break;
    }
    if (!facts) throw new Error('unreachable: there is at least one quality');
    return facts;
  }
}

function shaped(picture: Sharp, frame: Frame | null): Sharp {
  if (frame === null) return picture.resize({ width: deliveryImage.maxWidth, withoutEnlargement: true });
  // Not `attention`: where that looks differs from version to version.
  if (frame.fit === 'crop') return picture.resize({ ...frame.canvas, fit: 'cover', position: 'centre' });
  return padded(picture.resize({ ...frame.content, fit: 'fill' }), frame);
}

function padded(picture: Sharp, { canvas, content }: Frame): Sharp {
  const [left, top] = [Math.floor((canvas.width - content.width) / 2), Math.floor((canvas.height - content.height) / 2)];
  return picture.extend({ left, top, right: canvas.width - content.width - left, bottom: canvas.height - content.height - top, background: white });
}
