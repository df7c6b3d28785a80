import { open, type FileHandle } from 'node:fs/promises';
import type { FileEnds } from './file-ends.js';

export interface JpegOutline {
  /** Its header says that there are more pictures in the file (MPO, JPS). Networks may refuse such files. */
  readonly isMultiPicture: boolean;
  /** Behind the beginning of its pixels there is an end. False: it was cut off. */
  readonly isWhole: boolean;
}

/** A picture with a large colour profile and notes of its camera has some dozen. */
const maxSegments = 500;
const headerBytes = 12;
const chunkBytes = 64 * 1024;
const startOfScan = 0xda;
const endOfImage = Buffer.of(0xff, 0xd9);
/** Multi-picture format (CIPA DC-007) in APP2, stereo pictures (JPS) in APP3. */
const labels: ReadonlyMap<number, string> = new Map([[0xe2, 'MPF\0'], [0xe3, '_JPSJPS_']]);

/** What the markers of a JPEG tell, without decoding it. Reads on where its ends do not tell. */
export async function readJpegOutline(path: string, ends: FileEnds): Promise<JpegOutline> {
  const { isMultiPicture, pixelsAt } = await walk(path, ends.head);
  // What has no pixels, or a header that nobody ends, is for the decoder to judge.
  return { isMultiPicture, isWhole: pixelsAt === null || endsBehind(pixelsAt, ends) || (await hasEnd(path, pixelsAt, ends.sizeBytes)) };
}

function endsBehind(pixelsAt: number, { sizeBytes, tail }: FileEnds): boolean {
  return tail.includes(endOfImage, Math.max(0, pixelsAt - (sizeBytes - tail.length)));
}

async function walk(path: string, head: Buffer): Promise<{ isMultiPicture: boolean; pixelsAt: number | null }> {
  let [position, isMultiPicture] = [2, false];
  for (let count = 0; count < maxSegments; count += 1) {
    const segment = position + headerBytes <= head.length ? head.subarray(position, position + headerBytes) : await reading(path, (file) => read(file, position, headerBytes));
    if (segment.length < headerBytes || segment.readUInt8(0) !== 0xff) break;
    const marker = segment.readUInt8(1);
    if (marker === startOfScan) return { isMultiPicture, pixelsAt: position };
    const label = labels.get(marker);
    isMultiPicture ||= label !== undefined && segment.subarray(4).toString('latin1').startsWith(label);
    position += marker === 0xff ? 1 : 2 + segment.readUInt16BE(2);
  }
  return { isMultiPicture, pixelsAt: null };
}

/** From behind, for that is where it stands, unless something was appended: a telephone's short video, an archive. Pixels never contain it. */
function hasEnd(path: string, pixelsAt: number, sizeBytes: number): Promise<boolean> {
  return reading(path, async (file) => {
    for (let end = sizeBytes; end > pixelsAt; ) {
      const start = Math.max(pixelsAt, end - chunkBytes);
      if ((await read(file, start, end - start)).includes(endOfImage)) return true;
      end = start === pixelsAt ? pixelsAt : start + 1; // it may lie across the edge
    }
    return false;
  });
}

async function reading<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
