import { open } from 'node:fs/promises';
import type { MediaFacts } from '#networks/port/media-facts';
import { readBoxLayout, type BoxLayout } from './box-layout.js';
import { judgeEdits } from './edit-list.rules.js';
import { findBox } from './iso-boxes.js';
import { readMovieIndex, type MovieIndex } from './movie-index.js';
import { readPictureFormat } from './picture-format.js';
import type { FileToProbe } from './probed-media.js';
import { unreadable } from './unreadable.js';
import type { VideoIndexReader } from './video-index.reader.js';
import type { VideoIndex } from './video-index.thread.js';

/** Some hours of video; read into memory at once. */
const maxIndexBytes = 16 * 1024 * 1024;

interface VideoLayout {
  readonly isFastStart: boolean;
  readonly dataBytes: number;
  readonly hasJunk: boolean;
  readonly movie: MovieIndex;
}

/** Reads the index only; media data stays unread. @throws AppError `media_unreadable` */
export async function probeVideo(file: FileToProbe, reader: VideoIndexReader): Promise<MediaFacts> {
  const layout = await layoutOf(file);
  const answer = await reader.read(file.path);
  if (answer.outcome === 'no_picture') throw unreadable({ rule: 'media.no_picture', path: file.at, message: 'The file has no video track' });
  if (answer.outcome === 'failed') throw damaged(file, 'its index cannot be read', new Error(answer.reason));
  return toFacts(answer.index, file, layout);
}

async function layoutOf(file: FileToProbe): Promise<VideoLayout> {
  const handle = await open(file.path, 'r');
  try {
    const boxes = await readBoxLayout(handle, file.sizeBytes);
    const moov = requirePlayable(boxes, file);
    const content = Buffer.alloc(moov.length);
    await handle.read(content, 0, moov.length, moov.position);
    return { isFastStart: moov.position < (boxes.mdat ?? 0), dataBytes: boxes.dataBytes, hasJunk: boxes.hasJunk, movie: orDamaged(file, () => readMovieIndex(findBox(content, 'moov') ?? content)) };
  } finally {
    await handle.close();
  }
}

function requirePlayable({ moov, mdat, isTruncated }: BoxLayout, file: FileToProbe): NonNullable<BoxLayout['moov']> {
  if (isTruncated) throw damaged(file, 'its end is missing');
  if (!moov) throw damaged(file, 'it has no index (moov)');
  if (mdat === null) throw damaged(file, 'it has no media data (mdat)');
  if (moov.length > maxIndexBytes) throw damaged(file, `its index has ${moov.length} bytes, at most ${maxIndexBytes} are read`);
  return moov;
}

function toFacts(index: VideoIndex, file: FileToProbe, { isFastStart, dataBytes, hasJunk, movie }: VideoLayout): MediaFacts {
  const { videoCodec, codecString, isVariableFrameRate, hasOpenGroups, isHdr, rotation, audioCodec, audioChannels, audioSampleRate, audioBitsPerSecond } = index;
  const [width, height, durationMs] = [index.width, index.height, index.durationSeconds * 1000].map(Math.round);
  if (!isCount(width) || !isCount(height) || !isCount(durationMs)) throw damaged(file, 'its index says that it has no size or no length');
  const { chroma, bitDepth, isInterlaced } = orDamaged(file, () => readPictureFormat(videoCodec, index.configuration));
  return {
    kind: 'video', contentType: file.contentType, sizeBytes: file.sizeBytes, width, height,
    video: {
      durationMs, videoCodec, codecString, chroma, bitDepth, isInterlaced, hasOpenGroups, isHdr, rotation,
      framesPerSecond: frameRate(index, movie), isVariableFrameRate,
      audioCodec, audioChannels, audioSampleRate, audioBitsPerSecond,
      bitsPerSecond: Math.round((dataBytes * 8000) / durationMs),
      isFastStart, hasJunk, isFragmented: movie.isFragmented,
      editList: judgeEdits(movie, { pictures: index.firstPicture, sound: index.firstSound }),
    },
  };
}

function frameRate({ framesPerSecond, isVariableFrameRate }: VideoIndex, { tracks }: MovieIndex): number | null {
  const pictures = tracks.find((track) => track.handler === 'vide');
  const rate = isVariableFrameRate && pictures && pictures.mediaSeconds > 0 ? pictures.samples / pictures.mediaSeconds : framesPerSecond;
  return Number.isFinite(rate) && rate > 0 ? Math.round(rate * 1000) / 1000 : null;
}

/** Readers of bytes throw RangeError at what cannot be. */
function orDamaged<T>(file: FileToProbe, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw damaged(file, 'its index cannot be read', error);
    throw error;
  }
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && value !== undefined && value > 0;
}

function damaged({ at, contentType }: FileToProbe, what: string, cause?: unknown): Error {
  const message = `The video (${contentType}) is damaged or incomplete: ${what}`;
  return unreadable({ rule: 'media.damaged', path: at, message, actual: contentType, fix: 'Export or upload the video again' }, cause);
}
