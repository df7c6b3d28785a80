/** What an image says about itself: the format by its magic, the size for JPEG and PNG only. */
export interface ImageFacts {
  format: 'jpeg' | 'multi-picture jpeg' | 'jpeg without a frame' | 'incomplete jpeg' | 'png' | 'gif' | 'webp' | 'heif' | 'unknown';
  width: number;
  height: number;
}

export function probeImage(bytes: Buffer): ImageFacts {
  if (bytes.length > 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return probeJpeg(bytes);
  const format = formatByMagic(bytes);
  // IHDR is always the first chunk (PNG §11.2.1).
  if (format === 'png' && bytes.length >= 24) return { format, width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  return { format, width: 0, height: 0 };
}

function formatByMagic(bytes: Buffer): ImageFacts['format'] {
  if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'png';
  if (bytes.subarray(0, 4).toString('latin1') === 'GIF8') return 'gif';
  if (bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp';
  if (bytes.subarray(4, 8).toString('latin1') === 'ftyp') return 'heif';
  return 'unknown';
}

/** Start-of-frame markers: C0…CF without C4 (Huffman tables), C8 (reserved) and CC (arithmetic conditioning); ITU T.81 B.1. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * Walks the segments to the start of frame. Width and height are as shown: swapped for EXIF orientations 5…8. MPO and JPS
 * are refused by Meta (§1.7) and found by their APP2/APP3 labels.
 */
function probeJpeg(bytes: Buffer): ImageFacts {
  let at = 2;
  let isTurned = false;
  let isMulti = false;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) { at += 1; continue; }
    const length = bytes.readUInt16BE(at + 2);
    const content = bytes.subarray(at + 4, at + 2 + length);
    if (isStartOfFrame(marker)) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      const format = isMulti ? 'multi-picture jpeg' : isComplete(bytes, at) ? 'jpeg' : 'incomplete jpeg';
      return isTurned ? { format, width: height, height: width } : { format, width, height };
    }
    if (marker === 0xe1 && isTurnedByExif(content)) isTurned = true;
    if ((marker === 0xe2 && startsWith(content, 'MPF\0')) || (marker === 0xe3 && startsWith(content, '_JPSJPS_'))) isMulti = true;
    at += 2 + length;
  }
  return { format: 'jpeg without a frame', width: 0, height: 0 };
}

/** The end of the image (FFD9): coded pixels cannot contain it (ITU-T T.81 §B.1.1.5). */
function isComplete(bytes: Buffer, frameAt: number): boolean {
  return bytes.includes(Buffer.from([0xff, 0xd9]), frameAt);
}

/** EXIF tag 0x0112 in the first directory; values 5…8 are turned by 90 degrees. */
function isTurnedByExif(content: Buffer): boolean {
  if (!startsWith(content, 'Exif\0\0') || content.length < 20) return false;
  const tiff = content.subarray(6);
  const isLittle = startsWith(tiff, 'II');
  const u16 = (at: number): number => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < u16(directory); entry += 1) {
    const at = directory + 2 + entry * 12;
    if (u16(at) === 0x0112) return u16(at + 8) >= 5 && u16(at + 8) <= 8;
  }
  return false;
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.subarray(0, text.length).toString('latin1') === text;
}
