import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Sharp } from 'sharp';
import type { MediaFacts } from '#networks/port/media-facts';
import { decodeGate, openImage } from './image-decoder.js';
import { deliveryImage, repairsFor } from './image-repair.rules.js';
import { HeicDecoder } from './heic-decoder.js';
import type { ProbedMedia } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';

/** From hardly visible to clearly visible loss. Pictures of this width that need the last one are noise. */
const qualities = [90, 80, 70, 60, 50, 40, 30] as const;

/** Makes the delivery copy of a picture: upright sRGB JPEG on white, without metadata (GPS), small enough. */
@Injectable()
export class ImageConversion {
  constructor(private readonly heic: HeicDecoder) {}

  /**
   * Writes the copy into `directory`.
   * @returns null when the picture can go out byte for byte
   */
  async repair(path: string, probed: ProbedMedia, directory: string, at = 'media'): Promise<RepairedMedia | null> {
    const notes = repairsFor(probed, at);
    if (notes.length === 0) return null;
    const target = join(directory, 'delivery.jpg');
    const picture = probed.facts.contentType === 'image/heic' ? await this.heic.open(path, at) : openImage(path).autoOrient();
    const facts = await decodeGate.run(() => this.convert(picture, target));
    return { path: target, facts, notes };
  }

  /** A copy that stays too large at the lowest quality is kept: the network's own rule then names the sizes. */
  private async convert(picture: Sharp, target: string): Promise<MediaFacts> {
    let facts: MediaFacts | null = null;
    for (const quality of qualities) {
      const { width, height, size } = await picture
        .clone()
        .flatten({ background: '#ffffff' })
        .resize({ width: deliveryImage.maxWidth, withoutEnlargement: true })
        .jpeg({ quality })
        .toFile(target);
      facts = { kind: 'image', contentType: deliveryImage.contentType, sizeBytes: size, width, height };
      if (size <= deliveryImage.maxBytes) break;
    }
    if (!facts) throw new Error('unreachable: there is at least one quality');
    return facts;
  }
}
