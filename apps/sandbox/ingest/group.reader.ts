import type { FileHandle } from 'node:fs/promises';
import { findBox, MalformedBoxError } from './box.reader.js';

/** Four hours at 60 frames a second. Who has more is refused for the length anyway. */
const MAX_SAMPLES = 1_000_000;
/** Of HEVC: so many are looked into. */
const MAX_LOOKS = 64;
/** A picture's units before its slices are short: parameters, and notes of the encoder. */
const HEAD_BYTES = 4096;

/**
 * "closed GOP" (§1.7): whether some picture that stands behind a key picture (sync sample) is shown before it and needs what was before the key.
 * `stbl` is the sample table of a track with this sample entry. Throws RangeError or MalformedBoxError on a broken one.
 */
export async function hasOpenGroups(file: FileHandle, codec: string, stbl: Buffer): Promise<boolean> {
  const leading = leadingSamples(stbl);
  // An H.264 picture behind an IDR is never shown before it (ITU-T H.264 §7.4.1.2.4): the key picture is none.
  if (codec.startsWith('avc')) return leading.length > 0;
  if (!codec.startsWith('h')) return false;
  for (const sample of leading.slice(0, MAX_LOOKS)) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, sampleOffset(stbl, sample));
    if (isSkippedPicture(buffer.subarray(0, bytesRead))) return true;
  }
  return false;
}

/** Numbers from 0 of samples that follow a sync sample (§8.6.2) in the file and are shown before it. */
function leadingSamples(stbl: Buffer): number[] {
  const [keys, offsets] = [findBox(stbl, 'stss'), findBox(stbl, 'ctts')];
  if (!keys || !offsets) return []; // every picture is a key, or all are shown in the order of the file
  const begins = beginnings(findBox(stbl, 'stts'));
  const shifts = runs(offsets).flatMap(({ count, value }) => Array.from<number>({ length: count }).fill(value | 0));
  const shown = (sample: number): number => (begins[sample] ?? 0) + (shifts[sample] ?? 0);
  const syncs = new Set(Array.from({ length: entriesOf(keys, 4) }, (_, index) => keys.readUInt32BE(8 + index * 4) - 1));
  return [...syncs].map((sync) => [sync, sync + 1] as const)
    .filter(([sync, next]) => next < begins.length && !syncs.has(next) && shown(next) < shown(sync))
    .map(([, next]) => next);
}

/** When each sample is decoded, in the units of the track (§8.6.1.2). */
function beginnings(times: Buffer | null): number[] {
  let at = 0;
  return (times ? runs(times) : []).flatMap(({ count, value }) => Array.from({ length: count }, () => (at += value) - value));
}

/** A table of runs: how many samples, and what holds for each. */
function runs(table: Buffer): { count: number; value: number }[] {
  const found = Array.from({ length: entriesOf(table, 8) }, (_, index) => ({ count: table.readUInt32BE(8 + index * 8), value: table.readUInt32BE(12 + index * 8) }));
  if (found.reduce((sum, { count }) => sum + count, 0) > MAX_SAMPLES) throw new MalformedBoxError('a track has too many samples');
  return found;
}

function entriesOf(table: Buffer, entryBytes: number): number {
  const count = table.readUInt32BE(4);
  if (8 + count * entryBytes > table.length) throw new MalformedBoxError('a table is longer than its box');
  return count;
}

/** Where the bytes of a sample are: its chunk (§8.7.4, §8.7.5) and what is before it in there (§8.7.3). */
function sampleOffset(stbl: Buffer, sample: number): number {
  const [toChunk, sizes, short, long] = ['stsc', 'stsz', 'stco', 'co64'].map((type) => findBox(stbl, type));
  const offsets = short ?? long;
  if (!toChunk || !sizes || !offsets) throw new MalformedBoxError('a track does not say where its samples are');
  const chunks = entriesOf(offsets, short ? 4 : 8);
  const entries = entriesOf(toChunk, 12);
  let first = 0;
  for (let [chunk, entry] = [0, 0]; chunk < chunks; chunk += 1) {
    while (entry + 1 < entries && toChunk.readUInt32BE(8 + (entry + 1) * 12) <= chunk + 1) entry += 1;
    const count = toChunk.readUInt32BE(12 + entry * 12);
    if (sample < first + count) return sumOfSizes(sizes, first, sample) + (short ? offsets.readUInt32BE(8 + chunk * 4) : Number(offsets.readBigUInt64BE(8 + chunk * 8)));
    first += count;
  }
  throw new MalformedBoxError('a sample is in no chunk');
}

function sumOfSizes(sizes: Buffer, from: number, to: number): number {
  const equal = sizes.readUInt32BE(4);
  let sum = 0;
  for (let sample = from; sample < to; sample += 1) sum += equal > 0 ? equal : sizes.readUInt32BE(12 + sample * 4);
  return sum;
}

/** RASL, NAL unit types 8 and 9 (ITU-T H.265 table 7-1): pictures that can only be decoded with the group before. Lengths have four bytes, as everybody writes them. */
function isSkippedPicture(head: Buffer): boolean {
  for (let at = 0; at + 5 <= head.length; at += 4 + head.readUInt32BE(at)) {
    const type = (head.readUInt8(at + 4) >> 1) & 0x3f;
    if (type < 32) return type === 8 || type === 9;
  }
  return false;
}
