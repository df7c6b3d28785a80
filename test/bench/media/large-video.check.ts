import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeMp4 } from '#testing/media/make-video';
import { askProcess } from '../harness/ask-process.js';
import { finding, type BenchCheck, type Finding } from '../harness/check.js';

const megabyte = 1_000_000;
const size = 300 * megabyte;

interface Usage {
  readonly ms: number;
  readonly readBytes: number;
  readonly grownBytes: number;
}

/** A quarter of an hour in 300 MB, its index last: judged by what its index says, whatever its size. */
export const largeVideoCheck: BenchCheck = {
  name: 'judge a video of 300 MB',
  async run({ folder: root }) {
    const folder = join(root, 'videos');
    mkdirSync(folder, { recursive: true });
    const [small, large] = [join(folder, 'small.mp4'), join(folder, 'large.mp4')];
    await write(small, await makeMp4({ seconds: 4, width: 720, height: 1280, audio: true }));
    await writePadded(large, await makeMp4({ seconds: 15 * 60 - 1, width: 720, height: 1280, fps: 30, audio: true, fastStart: false }));
    const used = await askProcess<Usage>(join(import.meta.dirname, 'large-video.process.js'), [small, large]);
    const share = used.readBytes / size;
    const text = `${(share * 100).toFixed(2)} % of its bytes read, ${(used.grownBytes / megabyte).toFixed(1)} MB more memory, ${used.ms.toFixed(0)} ms`;
    return worst([
      finding({ name: this.name, text, value: share, limit: 0.02, isQuick: false }),
      finding({ name: this.name, text, value: used.grownBytes, limit: 60 * megabyte, isQuick: false }),
    ]);
  },
};

function worst(findings: readonly [Finding, Finding]): Finding {
  return findings.find(({ problems }) => problems.length > 0) ?? findings[0];
}

/** The index of the muxer stands behind the media data: these become longer by a hole, which costs no disk. */
async function writePadded(path: string, video: Buffer): Promise<void> {
  const { position, length } = findBox(video, 'mdat');
  const padding = size - video.length;
  const isLong = video.readUInt32BE(position) === 1;
  if (isLong) video.writeBigUInt64BE(BigInt(length + padding), position + 8);
  else video.writeUInt32BE(length + padding, position);
  const file = await open(path, 'wx');
  await file.write(video, 0, position + length, 0);
  await file.write(video, position + length, video.length - position - length, position + length + padding);
  await file.close();
}

function findBox(video: Buffer, type: string): { position: number; length: number } {
  let position = 0;
  while (position < video.length) {
    const short = video.readUInt32BE(position);
    const length = short === 1 ? Number(video.readBigUInt64BE(position + 8)) : short;
    if (video.toString('latin1', position + 4, position + 8) === type) return { position, length };
    position += length;
  }
  throw new Error(`The video has no ${type}`);
}

async function write(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'wx');
  await file.writeFile(content);
  await file.close();
}
