import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import sharp from 'sharp';
import { seconds } from '#kernel/clock';
import type { Fit } from '#networks/port/framing';
import type { MediaFacts } from '#networks/port/media-facts';
import { Ffmpeg } from './ffmpeg.js';
import { previewSide } from './image-decoder.js';
import type { Preview } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';

export const thumbnailType = 'image/jpeg';

const white = '#ffffff';
const resizing = { pad: 'contain', crop: 'cover' } as const satisfies Record<Fit, string>;

/** One picture from the beginning of a file takes a tenth of this. */
const posterDeadlineMs = seconds(10);

/** What ingesting a file has made so far. */
interface Leftovers {
  readonly repaired: RepairedMedia | null;
  readonly preview: Preview | null;
  readonly directory: string;
}

/** Makes small pictures of what goes out, for lists: of pictures from what decoding left over, of videos their first one, by ffmpeg where there is one. */
@Injectable()
export class ThumbnailMaker {
  private readonly logger = new Logger(ThumbnailMaker.name);

  constructor(private readonly ffmpeg: Ffmpeg) {}

  /** Writes a JPEG into `directory` and answers its path. Never throws: null is a media without thumbnail, and the log says why. */
  async make(path: string, facts: MediaFacts, { repaired, preview, directory }: Leftovers): Promise<string | null> {
    const target = join(directory, 'thumbnail.jpg');
    const delivered = repaired?.facts ?? facts;
    try {
      if (delivered.kind === 'video') return await this.poster(repaired?.path ?? path, target, directory);
      const picture = preview ?? (await repaired?.preview?.());
      if (!picture) throw new Error('the picture was not decoded');
      await shrink(picture, delivered, repaired?.fit, target);
      return target;
    } catch (error) {
      this.logger.warn(`No thumbnail: ${String(error)}`);
      return null;
    }
  }

  private async poster(path: string, target: string, directory: string): Promise<string | null> {
    const size = `scale=w=${previewSide}:h=${previewSide}:force_original_aspect_ratio=decrease,setsar=1,format=yuvj420p`;
    const args = ['-threads', '1', '-f', 'mov', '-i', `file:${path}`, '-map', '0:V:0', '-frames:v', '1', '-vf', size, '-q:v', '4', '-map_metadata', '-1', '-f', 'image2', '-update', '1', `file:${target}`];
    const { isDone } = await this.ffmpeg.run(args, { directory, deadlineMs: posterDeadlineMs, lane: 'short' });
    return isDone && (await stat(target)).size > 0 ? target : null;
  }
}

/** In the shape of what goes out: one that was padded or cropped shows it. */
async function shrink({ pixels, ...raw }: Preview, { width, height }: MediaFacts, fit: Fit | undefined, target: string): Promise<void> {
  const scale = Math.min(1, previewSide / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const resized = sharp(pixels, { raw }).flatten({ background: white }).resize({ ...size, fit: fit ? resizing[fit] : 'fill', background: white });
  await resized.jpeg({ quality: 75 }).toFile(target);
}
