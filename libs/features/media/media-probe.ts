import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { sniffContent } from './content-sniff.js';
import { probeImage } from './image-probe.js';
import type { ProbedMedia } from './probed-media.js';
import { unreadable } from './unreadable.js';
import { VideoIndexReader } from './video-index.reader.js';
import { probeVideo } from './video-probe.js';

/**
 * Finds out what a file is from its bytes alone. Pictures are decoded once, in libvips' threads, so that a damaged one is
 * refused here and not at publish time; of videos only the index is read, in a thread of its own. Both are bounded in time and memory.
 */
@Injectable()
export class MediaProbe {
  constructor(private readonly indexes: VideoIndexReader) {}

  /**
   * @param at where the file stands in the request, for the violation, e.g. `media[0]`
   * @throws AppError `media_unreadable` with a violation that names what was found
   */
  async probe(path: string, at = 'media'): Promise<ProbedMedia> {
    const { size } = await stat(path);
    const content = await sniffContent(path);
    if (content.kind === 'empty') throw unreadable({ rule: 'media.empty', path: at, message: 'The file is empty', limit: 1, actual: 0 });
    if (content.kind === 'other') throw unsupported(content.name, at);
    const file = { path, contentType: content.contentType, sizeBytes: size, at };
    return content.kind === 'image' ? probeImage(file) : { facts: await probeVideo(file, this.indexes), image: null, preview: null };
  }
}

function unsupported(name: string, at: string): Error {
  return unreadable({
    rule: 'media.type',
    path: at,
    message: `This is ${name}; pictures must be JPEG, PNG, WebP, GIF, AVIF or HEIC, videos MP4 or MOV`,
    actual: name,
    fix: 'Convert the file, or check that the URL leads to the media itself',
  });
}
