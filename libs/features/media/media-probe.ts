import { Injectable } from '@nestjs/common';
import { sniffContent } from './content-sniff.js';
import { readEnds, type FileEnds } from './file-ends.js';
import { addOutline, decodeImage, probeImage } from './image-probe.js';
import { readJpegOutline } from './jpeg-outline.js';
import type { Preview, ProbedMedia } from './probed-media.js';
import { unreadable } from './unreadable.js';
import { VideoIndexReader } from './video-index.reader.js';
import { probeVideo } from './video-probe.js';

/**
 * Finds out what a file is from its bytes alone: of pictures the header and the end, of videos the index, in a thread of its own. Pictures
 * are decoded apart from that, once, in libvips' threads, so that a damaged one is refused now and not at publish time. All of it is
 * bounded in time and memory.
 */
@Injectable()
export class MediaProbe {
  constructor(private readonly indexes: VideoIndexReader) {}

  /**
   * @param at where the file stands in the request, for the violation, e.g. `media[0]`
   * @throws AppError `media_unreadable` with a violation that names what was found
   */
  async probe(path: string, at = 'media'): Promise<ProbedMedia> {
    const ends = readEnds(path);
    const { kind, contentType } = await identify(ends, at);
    const file = { path, contentType, sizeBytes: ends.sizeBytes, at };
    if (kind === 'video') return { facts: await probeVideo(file, this.indexes), image: null };
    const probed = await probeImage(file);
    return contentType === 'image/jpeg' ? addOutline(probed, await readJpegOutline(path, ends), at) : probed;
  }

  /**
   * The picture itself, small. null where nothing is decoded: of videos, and of HEIC, which its conversion decodes.
   * @throws AppError `media_unreadable`
   */
  async decode(path: string, { facts }: ProbedMedia, at = 'media'): Promise<Preview | null> {
    return facts.kind === 'video' || facts.contentType === 'image/heic' ? null : decodeImage({ path, contentType: facts.contentType, at });
  }
}

async function identify({ head }: FileEnds, at: string): Promise<{ readonly kind: 'image' | 'video'; readonly contentType: string }> {
  const content = await sniffContent(head);
  if (content.kind === 'empty') throw unreadable({ rule: 'media.empty', path: at, message: 'The file is empty', limit: 1, actual: 0 });
  if (content.kind === 'other') throw unsupported(content.name, at);
  return content;
}

function unsupported(name: string, at: string): Error {
  return unreadable({
    rule: 'media.type',
    path: at,
    message: `This is ${name}; pictures must be JPEG, PNG, WebP, GIF, AVIF or HEIC, videos MP4, MOV or 3GP`,
    actual: name,
    fix: 'Convert the file, or check that the URL leads to the media itself',
  });
}
