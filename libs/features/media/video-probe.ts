import { open } from 'node:fs/promises';
import type { MediaFacts } from '#networks/port/media-facts';
import { readBoxLayout, type BoxLayout } from './box-layout.js';
import type { FileToProbe } from './probed-media.js';
import { unreadable } from './unreadable.js';
import type { VideoIndexReader } from './video-index.reader.js';
import type { VideoIndex } from './video-index.thread.js';

/** Some hours of video; read into memory at once. */
const maxIndexBytes = 16 * 1024 * 1024;

/** Reads the index only; media data stays unread. @throws AppError `media_unreadable` */
export async function probeVideo(file: FileToProbe, reader: VideoIndexReader): Promise<MediaFacts> {
  const isFastStart = requirePlayable(await layoutOf(file), file);
  const answer = await reader.read(file.path);
  if (answer.outcome === 'no_picture') throw unreadable({ rule: 'media.no_picture', path: file.at, message: 'The file has no video track' });
  if (answer.outcome === 'failed') throw damaged(file, 'its index cannot be read', new Error(answer.reason));
  return toFacts(answer.index, file, isFastStart);
}

async function layoutOf({ path, sizeBytes }: FileToProbe): Promise<BoxLayout> {
  const file = await open(path, 'r');
  try {
    return await readBoxLayout(file, sizeBytes);
  } finally {
    await file.close();
  }
}

/** @returns whether the index comes before the media data */
function requirePlayable({ moov, mdat, isTruncated }: BoxLayout, file: FileToProbe): boolean {
  if (isTruncated) throw damaged(file, 'its end is missing');
  if (!moov) throw damaged(file, 'it has no index (moov)');
  if (mdat === null) throw damaged(file, 'it has no media data (mdat)');
  if (moov.length > maxIndexBytes) throw damaged(file, `its index has ${moov.length} bytes, at most ${maxIndexBytes} are read`);
  return moov.position < mdat;
}

function toFacts(index: VideoIndex, file: FileToProbe, isFastStart: boolean): MediaFacts {
  const { videoCodec, audioCodec, framesPerSecond } = index;
  const [width, height, durationMs] = [index.width, index.height, index.durationSeconds * 1000].map(Math.round);
  if (!isCount(width) || !isCount(height) || !isCount(durationMs)) throw damaged(file, 'its index says that it has no size or no length');
  const rate = Number.isFinite(framesPerSecond) && framesPerSecond > 0 ? Math.round(framesPerSecond * 1000) / 1000 : null;
  return {
    kind: 'video', contentType: file.contentType, sizeBytes: file.sizeBytes, width, height,
    video: { durationMs, videoCodec, audioCodec, framesPerSecond: rate, isFastStart },
  };
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && value !== undefined && value > 0;
}

function damaged({ at, contentType }: FileToProbe, what: string, cause?: unknown): Error {
  const message = `The video (${contentType}) is damaged or incomplete: ${what}`;
  return unreadable({ rule: 'media.damaged', path: at, message, actual: contentType, fix: 'Export or upload the video again' }, cause);
}
