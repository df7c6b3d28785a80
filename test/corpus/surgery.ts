import { truncate, writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';

/** Cuts and joins on finished files: cheaper than encoding anew, and the only way to some faults. */

/** The first `part` of `parts` of a file. */
export function cut(bytes: Buffer, part: number, parts: number): Buffer {
  return bytes.subarray(0, Math.floor((bytes.length * part) / parts));
}

/** A JPEG of exactly so many bytes, by comments behind its start (marker FFFE). */
export function commentedTo(jpeg: Buffer, length: number): Buffer {
  const comments: Buffer[] = [];
  for (let missing = length - jpeg.length; missing > 0;) {
    // A comment has at least its four bytes of header; what would leave less than that behind is made shorter.
    const size = missing <= 65_000 ? missing : Math.min(65_000, missing - 4);
    if (size < 4) throw new Error('A comment needs four bytes');
    const comment = Buffer.alloc(size, 0x20);
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(size - 2, 2);
    comments.push(comment);
    missing -= size;
  }
  return Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
}

/** A segment behind the start of a JPEG. */
export function withSegment(jpeg: Buffer, marker: number, content: string): Buffer {
  const head = Buffer.from([0xff, marker, 0, content.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from(content, 'latin1'), jpeg.subarray(2)]);
}

/** A baseline JPEG that says it has other sides than its data. */
export function withJpegSides(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = copy.indexOf(Buffer.from([0xff, 0xc0]));
  if (frame < 0) throw new Error('Not a baseline JPEG');
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

/** A file of exactly so many bytes, by a `free` box at its end: sparse, so it takes no room. @returns its path */
export async function paddedTo(path: string, video: Buffer, length: number): Promise<string> {
  const box = Buffer.alloc(8);
  box.writeUInt32BE(length - video.length, 0);
  box.write('free', 4, 'latin1');
  await writeFile(path, Buffer.concat([video, box]));
  await truncate(path, length);
  return path;
}

/** The last box, which must be the media data, made longer: the bit rate with it. `length`: of its content. */
export function withMediaData(video: Buffer, length: number): Buffer {
  const at = video.lastIndexOf('mdat', undefined, 'latin1') - 4;
  if (at < 0 || at + video.readUInt32BE(at) !== video.length) throw new Error('The media data is not the last box');
  const copy = Buffer.concat([video, Buffer.alloc(length + 8 - (video.length - at))]);
  copy.writeUInt32BE(length + 8, at);
  return copy;
}

export function withBrand(video: Buffer, brand: string): Buffer {
  const copy = Buffer.from(video);
  copy.write(brand, 8, 4, 'latin1');
  return copy;
}

export function box(type: string, content: string): Buffer {
  const bytes = Buffer.alloc(8 + content.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write(type + content, 4, 'latin1');
  return bytes;
}

/** A PNG of one colour: its size in bytes is a thousandth of its pixels. Made by zlib, as no decoder would make it. */
export function plainPng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0], 8); // one bit a pixel, grey
  const rows = Buffer.alloc((Math.ceil(side / 8) + 1) * side);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** Behind the header of a PNG: an animation of one frame (APNG), which is shown by those who know the chunk. */
export function animatedPng(png: Buffer): Buffer {
  const frame = Buffer.alloc(26);
  png.copy(frame, 4, 16, 24);
  frame.set([0, 1, 0, 10], 20);
  return Buffer.concat([png.subarray(0, 33), chunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])), chunk('fcTL', frame), png.subarray(33)]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
