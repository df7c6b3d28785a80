import { BitReader } from './bit.reader.js';
import { childBoxes, MalformedBoxError } from './box.reader.js';

/** How the pictures of a video track are stored, as far as §1.7 has a rule for it. */
export interface PictureFormat {
  /** Chroma at half the width and height. */
  isYuv420: boolean;
  isProgressive: boolean;
}

/** Where the boxes of a video sample entry begin (ISO/IEC 14496-12 §12.1.3). */
const ENTRY_HEADER = 78;
/** Profiles made for 4:2:2 and 4:4:4 only: High 4:2:2, High 4:4:4 Predictive, CAVLC 4:4:4 Intra. */
const RICH_CHROMA_PROFILES = [122, 244, 44];
/** Profiles whose parameter sets say the chroma format (ITU-T H.264 §7.3.2.1.1). */
const CHROMA_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 134, 135, 138, 139];

/** From the decoder configuration of a sample entry; null for codecs that §1.7 refuses anyway. Throws on a broken one. */
export function readPictureFormat(codec: string, entry: Buffer): PictureFormat | null {
  const isHevc = codec.startsWith('h');
  if (!isHevc && !codec.startsWith('avc')) return null;
  const configuration = childBoxes(entry.subarray(ENTRY_HEADER)).find((box) => box.type === (isHevc ? 'hvcC' : 'avcC'))?.content;
  if (!configuration) throw new MalformedBoxError('a video track has no decoder configuration');
  return isHevc ? readHevc(configuration) : readAvc(configuration);
}

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3): source flags in byte 6, chroma format in byte 16. */
function readHevc(configuration: Buffer): PictureFormat {
  const flags = configuration.readUInt8(6);
  const isInterlaced = (flags & 0x40) !== 0 && (flags & 0x80) === 0;
  return { isYuv420: (configuration.readUInt8(16) & 3) === 1, isProgressive: !isInterlaced };
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3). Parameter sets may be in the stream instead; then only the profile tells. */
function readAvc(configuration: Buffer): PictureFormat {
  const profile = configuration.readUInt8(1);
  const isYuv420 = !RICH_CHROMA_PROFILES.includes(profile);
  if ((configuration.readUInt8(5) & 0x1f) === 0) return { isYuv420, isProgressive: true };
  const length = configuration.readUInt16BE(6);
  const unit = configuration.subarray(9, 8 + length);
  const format = readSequenceParameters(new BitReader(withoutEmulation(unit)));
  return { isYuv420: isYuv420 && format.isYuv420, isProgressive: format.isProgressive };
}

/** seq_parameter_set_data (ITU-T H.264 §7.3.2.1.1) up to frame_mbs_only_flag. */
function readSequenceParameters(bits: BitReader): PictureFormat {
  const profile = bits.bits(8);
  bits.bits(16);
  bits.ue();
  const chroma = CHROMA_PROFILES.includes(profile) ? readChroma(bits) : 1;
  bits.ue();
  skipPictureOrder(bits, bits.ue());
  bits.ue();
  bits.flag();
  bits.ue();
  bits.ue();
  return { isYuv420: chroma === 1, isProgressive: bits.flag() };
}

function readChroma(bits: BitReader): number {
  const chroma = bits.ue();
  if (chroma === 3) bits.flag();
  bits.ue();
  bits.ue();
  bits.flag();
  if (bits.flag()) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return chroma;
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

/** Takes out the 0x03 that keeps payloads from looking like start codes (§7.4.1). */
function withoutEmulation(unit: Buffer): Buffer {
  return Buffer.from(unit.filter((byte, index) => !(byte === 3 && index >= 2 && unit[index - 1] === 0 && unit[index - 2] === 0)));
}
