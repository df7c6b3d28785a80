import { BitWriter } from './bit-writer.js';
import { patternMacroblock } from './video-pattern.js';

export interface H264Frame {
  /** One NAL unit with its 4-byte length in front, as MP4 stores it. */
  readonly data: Uint8Array;
  readonly isKey: boolean;
}

export interface H264Stream {
  /** AVCDecoderConfigurationRecord (ISO 14496-15). */
  readonly description: Uint8Array;
  /** e.g. `avc1.42c01e`. */
  readonly codec: string;
  frame(index: number): H264Frame;
}

const profileIdc = 66;
/** constraint_set0 and 1: constrained baseline, which every decoder takes. */
const constraints = 0xc0;
const frameNumberBits = 8;

/**
 * The smallest encoder whose output any H.264 decoder plays: the first picture is an IDR of uncompressed macroblocks
 * (I_PCM), every later one says "all macroblocks as before" (P_Skip), which takes about twelve bytes.
 * Width and height must be even (4:2:0).
 */
export function h264Stream(width: number, height: number, framesPerSecond: number, seed: number): H264Stream {
  if (width % 2 !== 0 || height % 2 !== 0) throw new Error(`H.264 in 4:2:0 needs even dimensions, got ${width}x${height}`);
  const columns = Math.ceil(width / 16);
  const rows = Math.ceil(height / 16);
  const level = levelFor(columns * rows, framesPerSecond);
  const sps = nalUnit(0x67, sequenceParameters(width, height, level));
  const pps = nalUnit(0x68, pictureParameters());
  return {
    description: decoderConfiguration(sps, pps),
    codec: `avc1.${[profileIdc, constraints, level].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    frame: (index) => ({
      data: lengthPrefixed(index === 0 ? nalUnit(0x65, keyPicture(columns, rows, seed)) : nalUnit(0x41, skippedPicture(columns * rows, index))),
      isKey: index === 0,
    }),
  };
}

/** Lowest level (times ten) whose frame size and macroblock rate fit (table A-1). */
function levelFor(macroblocks: number, framesPerSecond: number): number {
  const levels = [[30, 1620, 40_500], [31, 3600, 108_000], [40, 8192, 245_760], [51, 36_864, 983_040]] as const;
  return levels.find(([, size, rate]) => macroblocks <= size && macroblocks * framesPerSecond <= rate)?.[0] ?? 62;
}

function sequenceParameters(width: number, height: number, level: number): Uint8Array {
  const columns = Math.ceil(width / 16);
  const rows = Math.ceil(height / 16);
  const cropRight = (columns * 16 - width) / 2;
  const cropBottom = (rows * 16 - height) / 2;
  const writer = new BitWriter().bits(profileIdc, 8).bits(constraints, 8).bits(level, 8);
  writer.ue(0).ue(frameNumberBits - 4).ue(2); // set id, frame_num length, output order is decoding order
  writer.ue(1).bits(0, 1); // one reference frame, no gaps
  writer.ue(columns - 1).ue(rows - 1).bits(1, 1).bits(1, 1); // progressive, direct_8x8_inference
  writer.bits(cropRight + cropBottom > 0 ? 1 : 0, 1);
  if (cropRight + cropBottom > 0) writer.ue(0).ue(cropRight).ue(0).ue(cropBottom);
  return writer.bits(0, 1).finish(); // no VUI
}

function pictureParameters(): Uint8Array {
  const writer = new BitWriter().ue(0).ue(0).bits(0, 2).ue(0); // ids, CAVLC, no field order, one slice group
  writer.ue(0).ue(0).bits(0, 3).ue(0).ue(0).ue(0); // one reference, no weighting, qp and chroma offsets 0
  return writer.bits(1, 1).bits(0, 2).finish(); // deblocking control in the slice
}

function keyPicture(columns: number, rows: number, seed: number): Uint8Array {
  const writer = new BitWriter().ue(0).ue(7).ue(0); // first macroblock, all slices I, parameter set
  writer.bits(0, frameNumberBits).ue(0).bits(0, 2).ue(0).ue(1); // frame_num, idr_pic_id, marking, qp delta, no deblocking
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      writer.ue(25).alignWithZeros().raw(patternMacroblock(column, row, seed)); // I_PCM
    }
  }
  return writer.finish();
}

function skippedPicture(macroblocks: number, index: number): Uint8Array {
  const writer = new BitWriter().ue(0).ue(5).ue(0); // first macroblock, all slices P, parameter set
  writer.bits(index % 2 ** frameNumberBits, frameNumberBits).bits(0, 3); // frame_num, no overrides, no reordering, no marking
  return writer.ue(0).ue(1).ue(macroblocks).finish(); // qp delta, no deblocking, mb_skip_run
}

/** Header byte, then the payload with 0x03 put in wherever it would look like a start code (§7.4.1). */
function nalUnit(header: number, payload: Uint8Array): Uint8Array {
  const bytes = [header];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}

function lengthPrefixed(unit: Uint8Array): Uint8Array {
  const data = new Uint8Array(unit.length + 4);
  new DataView(data.buffer).setUint32(0, unit.length);
  data.set(unit, 4);
  return data;
}

function decoderConfiguration(sps: Uint8Array, pps: Uint8Array): Uint8Array {
  const profile = [...sps.subarray(1, 4)];
  return Uint8Array.from([1, ...profile, 0xff, 0xe1, sps.length >> 8, sps.length & 255, ...sps, 1, pps.length >> 8, pps.length & 255, ...pps]);
}
