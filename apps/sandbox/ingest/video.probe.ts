import { type FileHandle, open } from 'node:fs/promises';
import { childBoxes, findBox, MalformedBoxError, readBoxHeader } from './box.reader.js';

/** What an MP4 or MOV file says about itself. */
export interface VideoFacts {
  /** The index stands before the media data ("moov atom first", §1.7). */
  isIndexFirst: boolean;
  durationMs: number;
  /** Sample entry of the video track: `avc1`, `hvc1`, `vp09`…; null without one. */
  codec: string | null;
  width: number;
  height: number;
}

/** An index larger than this is no index of a 15-minute reel. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

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
  let hasType = false;
  let dataAt: number | null = null;
  let index: { at: number; content: Buffer } | null = null;
  for (let at = 0; at < size;) {
    const box = readBoxHeader(await readRange(file, at, Math.min(16, size - at)), at, size);
    if (at === 0) hasType = box.type === 'ftyp';
    if (!hasType) return null;
    if (box.type === 'mdat') dataAt ??= at;
    if (box.type === 'moov') {
      if (box.end - box.start > MAX_INDEX_BYTES) return null;
      index ??= { at, content: await readRange(file, box.start, box.end - box.start) };
    }
    at = box.end;
  }
  if (!index || dataAt === null) return null;
  return { isIndexFirst: index.at < dataAt, durationMs: movieDuration(index.content), ...videoTrack(index.content) };
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

/** First track whose handler is `vide`; its sample entry holds codec and size (§8.5.2, §12.1.3). */
function videoTrack(moov: Buffer): Pick<VideoFacts, 'codec' | 'width' | 'height'> {
  for (const { type, content } of childBoxes(moov)) {
    if (type !== 'trak' || findBox(content, 'mdia/hdlr')?.toString('latin1', 8, 12) !== 'vide') continue;
    const descriptions = findBox(content, 'mdia/minf/stbl/stsd');
    const entry = descriptions && childBoxes(descriptions.subarray(8))[0];
    if (entry) return { codec: entry.type, width: entry.content.readUInt16BE(24), height: entry.content.readUInt16BE(26) };
  }
  return { codec: null, width: 0, height: 0 };
}
