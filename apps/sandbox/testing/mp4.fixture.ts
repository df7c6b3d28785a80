/** The smallest files that say what a test wants them to say; they hold no pictures. */
interface Mp4Description {
  durationMs?: number;
  codec?: string;
  width?: number;
  height?: number;
  /** The index behind the data, as cameras write it. */
  isIndexLast?: boolean;
  /** Padding of the media data, in bytes. */
  dataBytes?: number;
}

export function mp4(description: Mp4Description = {}): Buffer {
  const { durationMs = 5000, codec = 'avc1', width = 1080, height = 1920, isIndexLast = false, dataBytes = 64 } = description;
  const type = box('ftyp', Buffer.from('isom\0\0\0\0isomavc1', 'latin1'));
  const index = box('moov', movieHeader(durationMs), track(codec, width, height));
  const data = box('mdat', Buffer.alloc(dataBytes));
  return Buffer.concat(isIndexLast ? [type, data, index] : [type, index, data]);
}

function box(type: string, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([uint32(length), Buffer.from(type, 'latin1'), ...content]);
}

function movieHeader(durationMs: number): Buffer {
  return box('mvhd', Buffer.alloc(12), uint32(1000), uint32(durationMs), Buffer.alloc(80));
}

function track(codec: string, width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16BE(width, 0);
  size.writeUInt16BE(height, 2);
  const entry = box(codec, Buffer.alloc(24), size, Buffer.alloc(50));
  const table = box('stbl', box('stsd', Buffer.alloc(4), uint32(1), entry));
  const handler = box('hdlr', Buffer.alloc(8), Buffer.from('vide', 'latin1'), Buffer.alloc(12));
  return box('trak', box('mdia', handler, box('minf', table)));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
