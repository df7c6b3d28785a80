import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeMp4 } from '#testing/media/make-video';
import { VideoIndexReader } from './video-index.reader.js';

describe('VideoIndexReader', () => {
  let folder: string;
  let reader: VideoIndexReader;
  let good: string;
  let endless: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'index-'));
    reader = new VideoIndexReader();
    [good, endless] = [join(folder, 'good.mp4'), join(folder, 'endless.mp4')];
    const content = await makeMp4({ seconds: 2, width: 64, height: 64 });
    await writeFile(good, content);
    await writeFile(endless, withBillionsOfSamples(content));
  });
  afterEach(async () => {
    await reader.onApplicationShutdown();
    await rm(folder, { recursive: true, force: true });
  });

  it('reads several at once, each its own', async () => {
    const answers = await Promise.all([reader.read(good), reader.read(join(folder, 'absent')), reader.read(good)]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['read', 'failed', 'read']);
  });

  it('gives up on a forged index that would keep a core busy, and reads the next file', async () => {
    const beats: number[] = [];
    const timer = setInterval(() => beats.push(performance.now()), 5);
    const [forged, next] = await Promise.all([reader.read(endless, 300), reader.read(good)]);
    clearInterval(timer);
    expect(forged).toEqual({ outcome: 'failed', reason: expect.stringMatching(/Not read within 300 ms|memory/) as string });
    expect(next).toMatchObject({ outcome: 'read', index: { width: 64, durationSeconds: 2 } });
    const longestPause = Math.max(...beats.slice(1).map((beat, index) => beat - (beats[index] ?? beat)));
    expect(longestPause).toBeLessThan(5000); // in our own thread it would be minutes
  });

  it('starts again after it was ended', async () => {
    await reader.read(good);
    await reader.onApplicationShutdown();
    expect((await reader.read(good)).outcome).toBe('read');
  });
});

/** The table that assigns samples to chunks (stsc) claims billions of samples in each chunk. */
function withBillionsOfSamples(content: Buffer): Buffer {
  const forged = Buffer.from(content);
  forged.writeUInt32BE(0xffff_ffff, forged.indexOf('stsc', 0, 'latin1') + 16);
  return forged;
}
