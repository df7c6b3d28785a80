/** The smallest files that say what a test wants them to say; they hold no pictures. */
interface Mp4Description {
  durationMs?: number;
  codec?: string;
  width?: number;
  height?: number;
  framesPerSecond?: number;
  /** `profile_idc` of H.264; 4:2:0 in 66 (baseline). */
  profile?: number;
  /** 1 is 4:2:0, 2 is 4:2:2, 3 is 4:4:4; H.264 says it in the profiles from 100 on. */
  chroma?: number;
  isInterlaced?: boolean;
  /** The picture behind the second key picture is shown before it. */
  hasEarlyPicture?: boolean;
  /** null: silent. */
  audio?: Partial<Mp4Audio> | null;
  /** Entries of the edit list: where in the media each begins. */
  edits?: number[] | null;
  /** The index behind the data, as cameras write it. */
  isIndexLast?: boolean;
  /** Padding of the media data, in bytes. */
  dataBytes?: number;
}

interface Mp4Audio {
  codec: string;
  /** 0x40 is AAC. */
  objectType: number;
  /** Index into the rates of AAC: 0 is 96 kHz, 3 is 48 kHz. */
  rateIndex: number;
  channels: number;
}

export function mp4(description: Mp4Description = {}): Buffer {
  const { durationMs = 5000, audio = null, isIndexLast = false, dataBytes = 64 } = description;
  const type = box('ftyp', Buffer.from('isom\0\0\0\0isomavc1', 'latin1'));
  const sound = audio ? [soundTrack({ codec: 'mp4a', objectType: 0x40, rateIndex: 3, channels: 2, ...audio })] : [];
  const index = box('moov', box('mvhd', Buffer.alloc(12), uint32(1000), uint32(durationMs), Buffer.alloc(80)), pictureTrack(description), ...sound);
  const data = box('mdat', Buffer.alloc(dataBytes));
  return Buffer.concat(isIndexLast ? [type, data, index] : [type, index, data]);
}

/** Its tables count in milliseconds, one entry for all frames. */
function pictureTrack({ codec = 'avc1', width = 1080, height = 1920, framesPerSecond = 30, edits = null, hasEarlyPicture, ...format }: Mp4Description): Buffer {
  const size = Buffer.concat([uint16(width), uint16(height)]);
  const configuration = codec.startsWith('h') ? hevcConfiguration(format) : avcConfiguration(format);
  const entry = box(codec, Buffer.alloc(24), size, Buffer.alloc(50), ...(/^(?:avc|h)/u.test(codec) ? [configuration] : []));
  const list = edits && box('edts', box('elst', Buffer.alloc(4), uint32(edits.length), ...edits.map((from) => Buffer.concat([uint32(5000), uint32(from), uint32(0x1_0000)]))));
  return track('vide', entry, { timescale: Math.round(framesPerSecond * 1000), sampleLength: 1000, more: hasEarlyPicture === undefined ? [] : order(hasEarlyPicture) }, list);
}

/** Keys are the pictures 1 and 31; in open groups picture 32 is shown before picture 31. */
function order(hasEarlyPicture: boolean): Buffer[] {
  const shifts = [[30, 1000], [1, hasEarlyPicture ? 2000 : 1000], [1, hasEarlyPicture ? 0 : 1000], [68, 1000]] as const;
  return [
    box('stss', Buffer.alloc(4), uint32(2), uint32(1), uint32(31)),
    box('ctts', Buffer.alloc(4), uint32(shifts.length), ...shifts.flatMap(([count, shift]) => [uint32(count), uint32(shift)])),
  ];
}

function soundTrack({ codec, objectType, rateIndex, channels }: Mp4Audio): Buffer {
  const specific = uint16((2 << 11) | (rateIndex << 7) | (channels << 3));
  const decoder = Buffer.concat([Buffer.from([objectType]), Buffer.alloc(12), descriptor(5, specific)]);
  const descriptors = box('esds', Buffer.alloc(4), descriptor(3, Buffer.concat([Buffer.alloc(3), descriptor(4, decoder)])));
  const entry = box(codec, Buffer.alloc(16), uint16(2), uint16(16), Buffer.alloc(4), uint16(48_000), uint16(0), descriptors);
  return track('soun', entry, { timescale: 48_000, sampleLength: 1024, more: [] }, null);
}

function track(handler: string, entry: Buffer, { timescale, sampleLength, more }: { timescale: number; sampleLength: number; more: readonly Buffer[] }, edits: Buffer | null): Buffer {
  const times = box('stts', Buffer.alloc(4), uint32(1), uint32(100), uint32(sampleLength));
  const table = box('stbl', box('stsd', Buffer.alloc(4), uint32(1), entry), times, ...more);
  const media = box('mdia',
    box('mdhd', Buffer.alloc(12), uint32(timescale), uint32(100 * sampleLength), Buffer.alloc(4)),
    box('hdlr', Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(12)),
    box('minf', table));
  return box('trak', ...(edits ? [edits] : []), media);
}

type Format = Pick<Mp4Description, 'profile' | 'chroma' | 'isInterlaced'>;

function avcConfiguration({ profile = 66, chroma = 1, isInterlaced = false }: Format): Buffer {
  const one = ue(0);
  const chromaPart = profile >= 100 ? `${ue(chroma)}${chroma === 3 ? '0' : ''}${ue(0)}${ue(0)}00` : '';
  // Set id, chroma, frame_num length, picture order 2, one reference, no gaps, size, frame_mbs_only_flag.
  const bits = `${one}${chromaPart}${one}${ue(2)}${ue(1)}0${ue(67)}${ue(119)}${isInterlaced ? '0' : '1'}1`;
  const payload = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/gu)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
  const parameters = Buffer.from([0x67, profile, 0, 40, ...payload]);
  return box('avcC', Buffer.from([1, profile, 0, 40, 0xff, 0xe1]), uint16(parameters.length), parameters, Buffer.from([0]));
}

function hevcConfiguration({ chroma = 1, isInterlaced = false }: Format): Buffer {
  const configuration = Buffer.alloc(23);
  configuration[6] = isInterlaced ? 0x40 : 0x80;
  configuration[16] = 0xfc | chroma;
  return box('hvcC', configuration);
}

/** Unsigned Exp-Golomb code, as bits in text. */
function ue(value: number): string {
  const digits = (value + 1).toString(2);
  return digits.padStart(digits.length * 2 - 1, '0');
}

function descriptor(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

function box(type: string, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([uint32(length), Buffer.from(type, 'latin1'), ...content]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
