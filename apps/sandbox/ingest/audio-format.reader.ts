import { BitReader } from './bit.reader.js';
import { childBoxes } from './box.reader.js';

/** What a sound track says about itself. */
export interface AudioFormat {
  isAac: boolean;
  sampleRate: number;
  channels: number;
}

/** MPEG-4 audio (ISO/IEC 14496-1 §7.2.6.6.2). */
const AAC_OBJECT_TYPE = 0x40;
/** samplingFrequencyIndex (ISO/IEC 14496-3 §1.6.3.4). */
const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

/**
 * From an audio sample entry (ISO/IEC 14496-12 §12.2.3, with QuickTime's versions 1 and 2). The decoder's own
 * configuration wins: the entry cannot express more than 65,535 Hz.
 */
export function readAudioFormat(codec: string, entry: Buffer): AudioFormat {
  const version = entry.readUInt16BE(8);
  const stated = version === 2
    ? { sampleRate: Math.round(entry.readDoubleBE(32)), channels: entry.readUInt32BE(40) }
    : { sampleRate: entry.readUInt16BE(24), channels: entry.readUInt16BE(16) };
  const descriptor = codec === 'mp4a' ? findDescriptor(entry.subarray(28 + ([0, 16, 36][version] ?? 0))) : null;
  if (!descriptor) return { isAac: false, ...stated };
  const decoder = takeDescriptor(descriptor.subarray(streamHeaderLength(descriptor)), 4);
  const specific = decoder && takeDescriptor(decoder.subarray(13), 5);
  return { isAac: decoder?.[0] === AAC_OBJECT_TYPE, ...stated, ...(specific ? readSpecificConfig(new BitReader(specific)) : {}) };
}

/** The ES descriptor: in `esds` beside the entry's fields, or one level down in QuickTime's `wave`. */
function findDescriptor(boxes: Buffer): Buffer | null {
  const children = childBoxes(boxes);
  const wave = children.find((box) => box.type === 'wave');
  const esds = [...children, ...(wave ? childBoxes(wave.content) : [])].find((box) => box.type === 'esds');
  return esds ? takeDescriptor(esds.content.subarray(4), 3) : null;
}

/** Content of a descriptor with this tag, at the start of the bytes: tag, length in groups of seven bits, content. */
function takeDescriptor(bytes: Buffer, tag: number): Buffer | null {
  if (bytes[0] !== tag) return null;
  let length = 0;
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes.readUInt8(at);
    length = length * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return bytes.subarray(at + 1, at + 1 + length);
  }
  return null;
}

/** ES_ID and flags, and the optional parts the flags announce. */
function streamHeaderLength(descriptor: Buffer): number {
  const flags = descriptor.readUInt8(2);
  const link = (flags & 0x40) === 0 ? 0 : 1 + descriptor.readUInt8(3 + ((flags & 0x80) === 0 ? 0 : 2));
  return 3 + ((flags & 0x80) === 0 ? 0 : 2) + link + ((flags & 0x20) === 0 ? 0 : 2);
}

/** AudioSpecificConfig: a channel configuration of 0 refers to a table further on, so the entry's number stands. */
function readSpecificConfig(bits: BitReader): { sampleRate?: number; channels?: number } {
  if (bits.bits(5) === 31) bits.bits(6);
  const index = bits.bits(4);
  const sampleRate = index === 15 ? bits.bits(24) : RATES[index];
  const configuration = bits.bits(4);
  const channels = configuration === 7 ? 8 : configuration;
  return { ...(sampleRate === undefined ? {} : { sampleRate }), ...(channels === 0 ? {} : { channels }) };
}
