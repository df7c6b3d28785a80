import { childBoxes, findBox } from './iso-boxes.js';

/** One entry of an edit list (ISO 14496-12 §8.6.6), in seconds. */
export interface Edit {
  /** How long it is shown; 0 in fragmented files: as long as it goes. */
  readonly shownSeconds: number;
  /** Where in the media it begins; null is a pause. */
  readonly fromSeconds: number | null;
  readonly isNormalSpeed: boolean;
}

export interface MovieTrack {
  /** Pictures or sound. */
  readonly handler: 'vide' | 'soun';
  readonly edits: readonly Edit[];
  /** By the table of durations (§8.6.1.2); 0 where the file is fragmented. */
  readonly samples: number;
  readonly mediaSeconds: number;
}

export interface MovieIndex {
  readonly isFragmented: boolean;
  readonly tracks: readonly MovieTrack[];
}

/** No film has more. */
const maxTracks = 64;
const maxEdits = 10_000;

/** What mediabunny keeps to itself: read from the content of `moov`. @throws RangeError for a broken index */
export function readMovieIndex(moov: Buffer): MovieIndex {
  const boxes = childBoxes(moov);
  const movieScale = timescaleOf(findBox(moov, 'mvhd'));
  const tracks = boxes.filter((box) => box.type === 'trak');
  if (tracks.length > maxTracks) throw new RangeError('a movie has too many tracks');
  return { isFragmented: boxes.some((box) => box.type === 'mvex'), tracks: tracks.flatMap(({ content }) => readTrack(content, movieScale)) };
}

/** Phones add tracks of places and times: nothing to publish. */
function readTrack(track: Buffer, movieScale: number): MovieTrack[] {
  const handler = findBox(track, 'mdia/hdlr')?.toString('latin1', 8, 12);
  if (handler !== 'vide' && handler !== 'soun') return [];
  const scale = timescaleOf(findBox(track, 'mdia/mdhd'));
  const { samples, units } = readDurations(findBox(track, 'mdia/minf/stbl/stts'));
  return [{ handler, edits: readEdits(findBox(track, 'edts/elst'), movieScale, scale), samples, mediaSeconds: units / scale }];
}

/** Of a movie or media header (§8.2.2, §8.4.2). */
function timescaleOf(header: Buffer | null): number {
  const scale = header?.readUInt32BE(header.readUInt8(0) === 1 ? 20 : 12) ?? 0;
  if (scale === 0) throw new RangeError('a track has no time scale');
  return scale;
}

function readDurations(table: Buffer | null): { samples: number; units: number } {
  let [samples, units] = [0, 0];
  const count = table?.readUInt32BE(4) ?? 0;
  for (let index = 0; table && index < count; index += 1) {
    const entries = table.readUInt32BE(8 + index * 8);
    samples += entries;
    units += entries * table.readUInt32BE(12 + index * 8);
  }
  return { samples, units };
}

function readEdits(list: Buffer | null, movieScale: number, mediaScale: number): Edit[] {
  if (!list) return [];
  const isLong = list.readUInt8(0) === 1;
  const count = list.readUInt32BE(4);
  if (count > maxEdits) throw new RangeError('an edit list is too long');
  return Array.from({ length: count }, (_, index) => {
    const at = 8 + index * (isLong ? 20 : 12);
    const shown = isLong ? Number(list.readBigUInt64BE(at)) : list.readUInt32BE(at);
    const from = isLong ? Number(list.readBigInt64BE(at + 8)) : list.readInt32BE(at + 4);
    const isNormalSpeed = list.readUInt32BE(at + (isLong ? 16 : 8)) === 0x1_0000;
    return { shownSeconds: shown / movieScale, fromSeconds: from === -1 ? null : from / mediaScale, isNormalSpeed };
  });
}
