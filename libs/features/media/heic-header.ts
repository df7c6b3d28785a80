import { open } from 'node:fs/promises';
import { childBoxes, findBox } from './iso-boxes.js';

export interface HeicHeader {
  /** Of the largest picture in the file, upright. */
  readonly width: number;
  readonly height: number;
  readonly isDisplayP3: boolean;
}

/** Hundreds of tiles need some ten kilobytes. */
const maxHeaderBytes = 1024 * 1024;

/** Sizes, turn and colours from the properties of a HEIC (ISO 23008-12 §6.5). @throws RangeError where there are none */
export async function readHeicHeader(path: string): Promise<HeicHeader> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxHeaderBytes), 0, maxHeaderBytes, 0);
    return readProperties(metaOf(buffer.subarray(0, bytesRead)));
  } finally {
    await file.close();
  }
}

/** Its box stands before the data of the pictures, which may go on behind what was read. */
function metaOf(head: Buffer): Buffer {
  for (let at = 0; at + 8 <= head.length;) {
    const length = head.readUInt32BE(at);
    if (length < 8) break;
    if (head.toString('latin1', at + 4, at + 8) === 'meta') return head.subarray(at + 12, at + length);
    at += length;
  }
  throw new RangeError('a HEIC without properties');
}

function readProperties(meta: Buffer): HeicHeader {
  const properties = childBoxes(findBox(meta, 'iprp/ipco') ?? Buffer.alloc(0));
  const sizes = properties.filter(({ type }) => type === 'ispe').map(({ content }) => ({ width: content.readUInt32BE(4), height: content.readUInt32BE(8) }));
  const [largest] = sizes.toSorted((one, other) => other.width * other.height - one.width * one.height);
  if (!largest) throw new RangeError('a HEIC without a size');
  const isTurned = properties.some(({ type, content }) => type === 'irot' && (content.readUInt8(0) & 1) === 1);
  const isDisplayP3 = properties.some(({ type, content }) => type === 'colr' && isP3(content));
  return { width: isTurned ? largest.height : largest.width, height: isTurned ? largest.width : largest.height, isDisplayP3 };
}

/** An ICC profile says its name in UTF-16, and there are small ones that are called otherwise; without a profile, number 12 of the primaries (ITU-T H.273) is P3. */
function isP3(colour: Buffer): boolean {
  const kind = colour.toString('latin1', 0, 4);
  if (kind === 'nclx') return colour.readUInt16BE(4) === 12;
  return colour.toString('latin1').replaceAll('\0', '').includes('Display P3') || hasRedOfP3(colour.subarray(4));
}

/** The red of P3 under D50, as profiles have it (ICC.1 §9.2.44 `rXYZ`, §10.31). */
function hasRedOfP3(profile: Buffer): boolean {
  const [tagCount, tagsAt, tagLength, fixedPoint] = [128, 132, 12, 65_536];
  if (profile.length < tagsAt) return false;
  const entries = Array.from({ length: Math.min(profile.readUInt32BE(tagCount), 100) }, (_, index) => tagsAt + index * tagLength);
  const entry = entries.find((at) => profile.toString('latin1', at, at + 4) === 'rXYZ');
  if (entry === undefined || entry + tagLength > profile.length) return false;
  const at = profile.readUInt32BE(entry + 4) + 8;
  if (at + 3 * 4 > profile.length) return false;
  return [0.5151, 0.2412, -0.0011].every((value, index) => Math.abs(profile.readInt32BE(at + index * 4) / fixedPoint - value) < 0.005);
}
