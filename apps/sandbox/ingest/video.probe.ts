import { type FileHandle, open } from 'node:fs/promises';
import { type AudioFormat, readAudioFormat } from './audio-format.reader.js';
import { findBox, MalformedBoxError, readBoxHeader } from './box.reader.js';
import { hasOpenGroups } from './group.reader.js';
import { type PictureFormat, readPictureFormat } from './picture-format.reader.js';
import { readTracks, type Track } from './track.reader.js';

/** What an MP4 or MOV file says about itself. */
export interface VideoFacts {
  /** The index stands before the media data ("moov atom first", §1.7). */
  isIndexFirst: boolean;
  durationMs: number;
  /** Length of the media data: pictures and sound. */
  dataBytes: number;
  /** Sample entry of the video track: `avc1`, `hvc1`, `vp09`…; null without one. */
  codec: string | null;
  /** As shown. */
  width: number;
  height: number;
  /** §1.7 says "columns", not whether of the pictures as stored or as shown: the larger. */
  columns: number;
  framesPerSecond: number;
  /** null where it cannot be told. */
  format: PictureFormat | null;
  /** Pictures refer to the group before theirs. */
  hasOpenGroups: boolean;
  /** An edit list of any track does something. */
  isEdited: boolean;
  /** null: silent. */
  audio: AudioFormat | null;
}

/** 90 minutes at 60 frames a second need less, and many films may be looked at at once. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;
/** A file of nothing but headers is no film; also what bounds the walk. */
const MAX_BOXES = 10_000;

/** Reads only headers and `moov`, whatever the length of the file. Null: no MP4/MOV, or a broken one. */
export async function probeVideo(path: string): Promise<VideoFacts | null> {
  const file = await open(path, 'r');
  try {
    return await walkFile(file, (await file.stat()).size);
  } catch (error) {
    if (error instanceof MalformedBoxError || error instanceof RangeError) return null;
    throw error;
  } finally {
    await file.close();
  }
}

async function walkFile(file: FileHandle, size: number): Promise<VideoFacts | null> {
  let dataAt: number | null = null;
  let dataBytes = 0;
  let index: { at: number; content: Buffer } | null = null;
  let boxes = 0;
  for (let at = 0; at < size; boxes += 1) {
    const box = readBoxHeader(await readRange(file, at, Math.min(16, size - at)), at, size);
    if ((at === 0 && box.type !== 'ftyp') || boxes > MAX_BOXES) return null;
    if (box.type === 'mdat') {
      dataAt ??= at;
      dataBytes += box.end - box.start;
    }
    if (box.type === 'moov') {
      if (box.end - box.start > MAX_INDEX_BYTES) return null;
      index ??= { at, content: await readRange(file, box.start, box.end - box.start) };
    }
    at = box.end;
  }
  if (!index || dataAt === null) return null;
  return { isIndexFirst: index.at < dataAt, durationMs: movieDuration(index.content), dataBytes, ...(await readContent(file, index.content)) };
}

async function readRange(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

/** `mvhd` (§8.2.2): version 1 has 64-bit times. */
function movieDuration(moov: Buffer): number {
  const header = findBox(moov, 'mvhd');
  if (!header) throw new MalformedBoxError('moov has no mvhd');
  const isLong = header.readUInt8(0) === 1;
  const timescale = header.readUInt32BE(isLong ? 20 : 12);
  const duration = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return timescale === 0 ? 0 : Math.round((duration / timescale) * 1000);
}

type Content = Omit<VideoFacts, 'isIndexFirst' | 'durationMs' | 'dataBytes'>;

/** The first track of pictures and the first of sound; sizes stand in the sample entry (§12.1.3). */
async function readContent(file: FileHandle, moov: Buffer): Promise<Content> {
  const tracks = readTracks(moov);
  const pictures = tracks.find((track) => track.handler === 'vide');
  const sound = tracks.find((track) => track.handler === 'soun');
  return {
    ...readPictures(pictures),
    hasOpenGroups: pictures !== undefined && (await hasOpenGroups(file, pictures.codec, pictures.samples)),
    isEdited: tracks.some((track) => track.isEdited),
    audio: sound ? readAudioFormat(sound.codec, sound.entry) : null,
  };
}

function readPictures(track: Track | undefined): Pick<Content, 'codec' | 'width' | 'height' | 'columns' | 'framesPerSecond' | 'format'> {
  if (!track) return { codec: null, width: 0, height: 0, columns: 0, framesPerSecond: 0, format: null };
  const [width, height] = [track.entry.readUInt16BE(24), track.entry.readUInt16BE(26)];
  return {
    codec: track.codec, ...(track.isTurned ? { width: height, height: width, columns: Math.max(width, height) } : { width, height, columns: width }),
    framesPerSecond: track.samplesPerSecond, format: readPictureFormat(track.codec, track.entry),
  };
}
