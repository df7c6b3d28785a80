import { open, type FileHandle } from 'node:fs/promises';

/** A picture with a large colour profile and notes of its camera has some dozen. */
const maxSegments = 500;
const headerBytes = 12;
/** Multi-picture format (CIPA DC-007) in APP2, stereo pictures (JPS) in APP3. */
const labels: ReadonlyMap<number, string> = new Map([[0xe2, 'MPF\0'], [0xe3, '_JPSJPS_']]);

/** Whether the segments before the pixels of a JPEG say that there are more pictures in the file. Networks may refuse such files. */
export async function holdsSeveralPictures(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    return await walk(file);
  } finally {
    await file.close();
  }
}

async function walk(file: FileHandle): Promise<boolean> {
  let position = 2;
  for (let count = 0; count < maxSegments; count += 1) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, position);
    const marker = buffer.readUInt8(1);
    // Behind the start of scan there are pixels.
    if (bytesRead < headerBytes || buffer.readUInt8(0) !== 0xff || marker === 0xda) return false;
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    const label = labels.get(marker);
    if (label !== undefined && buffer.subarray(4).toString('latin1').startsWith(label)) return true;
    position += 2 + buffer.readUInt16BE(2);
  }
  return false;
}
