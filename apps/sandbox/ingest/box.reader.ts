/** ISO BMFF boxes (ISO/IEC 14496-12 §4.2): 32-bit size and type, 64-bit size when the first is 1, to the end when 0. */
interface Box {
  type: string;
  /** Offset of the content and of the end, both relative to where the walk began. */
  start: number;
  end: number;
}

export class MalformedBoxError extends Error {}

/** A parent of more boxes than this is made to keep readers busy. */
const MAX_CHILDREN = 1000;

/** The header at `at`, given its first bytes (at least 8, 16 where there are so many). */
export function readBoxHeader(header: Buffer, at: number, limit: number): Box {
  if (header.length < 8) throw new MalformedBoxError('a box header is cut short');
  let size = header.readUInt32BE(0);
  let headerLength = 8;
  if (size === 1) {
    if (header.length < 16) throw new MalformedBoxError('a 64-bit box header is cut short');
    size = Number(header.readBigUInt64BE(8));
    headerLength = 16;
  } else if (size === 0) {
    size = limit - at;
  }
  if (size < headerLength || at + size > limit) throw new MalformedBoxError('a box is longer than its parent');
  return { type: header.toString('latin1', 4, 8), start: at + headerLength, end: at + size };
}

/** The boxes directly inside a buffer. QuickTime may end a list with four zero bytes instead of a box. */
export function childBoxes(bytes: Buffer): { type: string; content: Buffer }[] {
  const boxes: { type: string; content: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at === 4 && bytes.readUInt32BE(at) === 0) break;
    const box = readBoxHeader(bytes.subarray(at, at + 16), at, bytes.length);
    if (boxes.length === MAX_CHILDREN) throw new MalformedBoxError('a box holds too many others');
    boxes.push({ type: box.type, content: bytes.subarray(box.start, box.end) });
    at = box.end;
  }
  return boxes;
}

/** Content of the first box on a path like `mdia/minf/stbl/stsd`, or null. */
export function findBox(bytes: Buffer, path: string): Buffer | null {
  let content: Buffer | undefined = bytes;
  for (const type of path.split('/')) {
    content = content && childBoxes(content).find((box) => box.type === type)?.content;
  }
  return content ?? null;
}
