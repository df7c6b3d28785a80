import { BitReader } from './bit-reader.js';

/** How the pictures of a video are stored; null where its decoder configuration does not tell. */
export interface PictureFormat {
  readonly chroma: '4:0:0' | '4:2:0' | '4:2:2' | '4:4:4' | null;
  readonly bitDepth: number | null;
  readonly isInterlaced: boolean | null;
}

const unknownFormat: PictureFormat = { chroma: null, bitDepth: null, isInterlaced: null };
const chromas = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const;
/** Profiles whose parameter sets say chroma format and bit depth (ITU-T H.264 §7.3.2.1.1). */
const richProfiles: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 134, 135, 138, 139]);

/** From the decoder configuration record of the sample entry (ISO 14496-15). @throws RangeError for a broken one */
export function readPictureFormat(codec: string | null, configuration: Uint8Array | null): PictureFormat {
  if (!configuration || (codec !== 'avc' && codec !== 'hevc')) return unknownFormat;
  const bytes = Buffer.from(configuration.buffer, configuration.byteOffset, configuration.byteLength);
  return codec === 'avc' ? readAvc(bytes) : readHevc(bytes);
}

/** §8.3.3: source flags in byte 6, chroma format in byte 16, bit depth in byte 17. */
function readHevc(configuration: Buffer): PictureFormat {
  const flags = configuration.readUInt8(6);
  const isInterlaced = (flags & 0x40) !== 0 && (flags & 0x80) === 0;
  return { chroma: chromas[configuration.readUInt8(16) & 3] ?? null, bitDepth: 8 + (configuration.readUInt8(17) & 7), isInterlaced };
}

/** §5.3.3. The parameter sets may be in the stream instead; then only the profile tells. */
function readAvc(configuration: Buffer): PictureFormat {
  const profile = configuration.readUInt8(1);
  const plain = { chroma: '4:2:0', bitDepth: 8 } as const;
  if ((configuration.readUInt8(5) & 0x1f) === 0) return richProfiles.has(profile) ? unknownFormat : { ...plain, isInterlaced: null };
  const unit = configuration.subarray(9, 8 + configuration.readUInt16BE(6));
  const bits = new BitReader(withoutEmulation(unit));
  bits.bits(24);
  bits.ue();
  const format = richProfiles.has(unit.readUInt8(0)) ? readRichFormat(bits) : plain;
  bits.ue();
  skipPictureOrder(bits, bits.ue());
  bits.ue();
  bits.flag();
  bits.ue();
  bits.ue();
  return { ...format, isInterlaced: !bits.flag() };
}

function readRichFormat(bits: BitReader): Pick<PictureFormat, 'chroma' | 'bitDepth'> {
  const chroma = bits.ue();
  if (chroma === 3) bits.flag();
  const bitDepth = 8 + bits.ue();
  bits.ue();
  bits.flag();
  if (bits.flag()) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return { chroma: chromas[chroma] ?? null, bitDepth };
}

function skipScalingList(bits: BitReader, size: number): void {
  let next = 8;
  for (let index = 0; index < size && next !== 0; index += 1) next = (next + bits.se() + 256) % 256;
}

function skipPictureOrder(bits: BitReader, type: number): void {
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.flag();
  bits.se();
  bits.se();
  const count = bits.ue();
  if (count > 255) throw new RangeError('a picture order cycle is too long');
  for (let index = 0; index < count; index += 1) bits.se();
}

/** Takes out the 0x03 that keeps payloads from looking like start codes (ITU-T H.264 §7.4.1). */
function withoutEmulation(unit: Buffer): Buffer {
  return Buffer.from(unit.filter((byte, index) => !(byte === 3 && index >= 2 && unit[index - 1] === 0 && unit[index - 2] === 0)));
}
