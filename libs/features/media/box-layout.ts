import type { FileHandle } from 'node:fs/promises';

export interface BoxLayout {
  /** Position and length of the index; null when the file has none. */
  readonly moov: { readonly position: number; readonly length: number } | null;
  /** Position of the first media data. */
  readonly mdat: number | null;
  /** Length of all media data together. */
  readonly dataBytes: number;
  /** A box says that it goes on behind the end of the file. */
  readonly isTruncated: boolean;
  /** Behind complete boxes stands something that is none. */
  readonly hasJunk: boolean;
}

/** A long video in short fragments has some ten thousand boxes. Whoever has more is not read to the end. */
const maxBoxes = 50_000;
const longHeaderBytes = 16;

/** Walks the top-level boxes of an ISO media file (ISO 14496-12 §4.2): sixteen bytes of each are read, nothing is trusted. */
export async function readBoxLayout(file: FileHandle, fileBytes: number): Promise<BoxLayout> {
  let moov: BoxLayout['moov'] = null;
  let mdat: number | null = null;
  let dataBytes = 0;
  let position = 0;
  let hasJunk = false;
  for (let count = 0; position < fileBytes && count < maxBoxes; count += 1) {
    const box = await readBox(file, position, fileBytes);
    hasJunk = !box;
    if (!box) break; // behind complete boxes players ignore it, before them moov or mdat stay missing
    if (box.type === 'moov') moov ??= { position, length: box.length };
    if (box.type === 'mdat') {
      mdat ??= position;
      dataBytes += box.length;
    }
    position += box.length;
    if (position > fileBytes) return { moov, mdat, dataBytes, isTruncated: true, hasJunk };
  }
  return { moov, mdat, dataBytes, isTruncated: false, hasJunk };
}

async function readBox(file: FileHandle, position: number, fileBytes: number): Promise<{ type: string; length: number } | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(longHeaderBytes), 0, longHeaderBytes, position);
  if (bytesRead < 8) return null;
  const type = buffer.toString('latin1', 4, 8);
  const declared = buffer.readUInt32BE(0);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  if (declared === 0) return { type, length: fileBytes - position };
  if (declared === 1) return bytesRead < longHeaderBytes ? null : longBox(type, buffer.readBigUInt64BE(8));
  return declared < 8 ? null : { type, length: declared };
}

function longBox(type: string, length: bigint): { type: string; length: number } | null {
  return length < BigInt(longHeaderBytes) || length > BigInt(Number.MAX_SAFE_INTEGER) ? null : { type, length: Number(length) };
}
