import { open, type FileHandle } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { headBytes, sniffContent } from './content-sniff.js';
import { addOutline, decodeImage, probeImage } from './image-probe.js';
import { readJpegOutline } from './jpeg-outline.js';
import type { FileToProbe, Preview, ProbedMedia } from './probed-media.js';
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
    const handle = await open(path, 'r');
    try {
      const { file, kind, head } = await identify(handle, path, at);
      if (kind === 'video') return { facts: await probeVideo(file, this.indexes), image: null };
      // At once: each waits for the disk and for threads of its own.
      const [probed, outline] = await Promise.all([probeImage(file), file.contentType === 'image/jpeg' ? readJpegOutline(handle, head, file.sizeBytes) : null]);
      return outline ? addOutline(probed, outline, file) : probed;
    } finally {
      await handle.close();
    }
  }

  /**
   * The picture itself, small. null where nothing is decoded: of videos, and of HEIC, which its conversion decodes.
   * @throws AppError `media_unreadable`
   */
  async decode(path: string, { facts }: ProbedMedia, at = 'media'): Promise<Preview | null> {
    return facts.kind === 'video' || facts.contentType === 'image/heic' ? null : decodeImage({ path, contentType: facts.contentType, at });
  }
}

async function identify(handle: FileHandle, path: string, at: string): Promise<{ kind: 'image' | 'video'; file: FileToProbe; head: Buffer }> {
  const [{ size: sizeBytes }, head] = await Promise.all([handle.stat(), readHead(handle)]);
  const content = await sniffContent(head);
  if (content.kind === 'empty') throw unreadable({ rule: 'media.empty', path: at, message: 'The file is empty', limit: 1, actual: 0 });
  if (content.kind === 'other') throw unsupported(content.name, at);
  const { kind, contentType } = content;
  return { kind, head, file: { path, contentType, sizeBytes, at } };
}

async function readHead(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
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
