import { Injectable } from '@nestjs/common';
import type { Framing } from '#networks/port/framing';
import { ImageConversion } from './image-conversion.js';
import type { Preview, ProbedMedia } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';
import { ThumbnailMaker } from './thumbnail-maker.js';
import { VideoRepair } from './video-repair.js';

interface Wishes {
  /** Where the media stands in the request. */
  readonly at: string;
  readonly framing: Framing | null;
  readonly hasThumbnail: boolean;
  /** Left over from decoding it; null: nothing was decoded. */
  readonly preview: Preview | null;
}

export interface PreparedMedia {
  /** null: it goes out byte for byte. */
  readonly repaired: RepairedMedia | null;
  /** Path of a small JPEG; null: none was wanted or could be made. */
  readonly thumbnail: string | null;
}

/** Makes of a file that was probed what is delivered and what lists show, in one folder. */
@Injectable()
export class MediaPreparation {
  constructor(
    private readonly images: ImageConversion,
    private readonly videos: VideoRepair,
    private readonly thumbnails: ThumbnailMaker,
  ) {}

  /** @throws AppError `media_unreadable` */
  async prepare(path: string, probed: ProbedMedia, directory: string, { at, framing, hasThumbnail, preview }: Wishes): Promise<PreparedMedia> {
    const repaired = (await this.images.repair(path, probed, directory, at, framing)) ?? (await this.videos.repair(path, probed, directory, at, framing));
    return { repaired, thumbnail: hasThumbnail ? await this.thumbnails.make(path, probed.facts, { repaired, preview, directory }) : null };
  }
}
