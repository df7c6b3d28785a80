import { childBoxes, findBox, MalformedBoxError } from './box.reader.js';

/** One track of a movie. */
export interface Track {
  /** `vide`, `soun`, … */
  handler: string;
  /** Type and content of its sample entry: the codec. */
  codec: string;
  entry: Buffer;
  /** Its sample table (`stbl`). */
  samples: Buffer;
  /** Samples per second on average; 0 when the index lists none. */
  samplesPerSecond: number;
  /** An edit list shifts, cuts or repeats something. */
  isEdited: boolean;
  /** Shown turned by 90 or 270 degrees: width and height change places. */
  isTurned: boolean;
}

/** No film has more. */
const MAX_TRACKS = 32;

/** The tracks of a `moov` that have a sample entry. Throws RangeError or MalformedBoxError on a broken index. */
export function readTracks(moov: Buffer): Track[] {
  const tracks = childBoxes(moov).filter((box) => box.type === 'trak');
  if (tracks.length > MAX_TRACKS) throw new MalformedBoxError('a movie has too many tracks');
  return tracks.flatMap(({ content }) => {
    const handler = findBox(content, 'mdia/hdlr')?.toString('latin1', 8, 12);
    const samples = findBox(content, 'mdia/minf/stbl');
    const descriptions = samples && findBox(samples, 'stsd');
    const entry = descriptions && childBoxes(descriptions.subarray(8))[0];
    if (handler === undefined || !samples || !entry) return [];
    return [{ handler, codec: entry.type, entry: entry.content, samples, samplesPerSecond: readRate(content), isEdited: isEdited(content), isTurned: isTurned(content) }];
  });
}

/** The matrix of the track header (§8.3.2): a and d of a quarter turn are zero. */
function isTurned(track: Buffer): boolean {
  const header = findBox(track, 'tkhd');
  if (!header) return false;
  const matrix = header.readUInt8(0) === 1 ? 52 : 40;
  return header.readInt32BE(matrix) === 0 && header.readInt32BE(matrix + 16) === 0;
}

/** Time-to-sample table (ISO/IEC 14496-12 §8.6.1.2) over the time scale of the media header (§8.4.2). */
function readRate(track: Buffer): number {
  const header = findBox(track, 'mdia/mdhd');
  const table = findBox(track, 'mdia/minf/stbl/stts');
  if (!header || !table) return 0;
  const timescale = header.readUInt32BE(header.readUInt8(0) === 1 ? 20 : 12);
  let [samples, duration] = [0, 0];
  const end = 8 + table.readUInt32BE(4) * 8;
  for (let at = 8; at < end; at += 8) {
    const count = table.readUInt32BE(at);
    samples += count;
    duration += count * table.readUInt32BE(at + 4);
  }
  return duration === 0 ? 0 : (samples * timescale) / duration;
}

/** Edit list (§8.6.6). One entry that plays the whole media at normal speed from its beginning changes nothing. */
function isEdited(track: Buffer): boolean {
  const list = findBox(track, 'edts/elst');
  if (!list) return false;
  const count = list.readUInt32BE(4);
  if (count === 0) return false;
  const isLong = list.readUInt8(0) === 1;
  const mediaTime = isLong ? Number(list.readBigInt64BE(16)) : list.readInt32BE(12);
  const rate = list.readUInt32BE(isLong ? 24 : 16);
  return count > 1 || mediaTime !== 0 || rate !== 0x0001_0000;
}
