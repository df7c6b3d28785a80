import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import sharp, { type Sharp } from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFfmpegBinary } from '#testing/ffmpeg-binary';
import { makeHeic } from '#testing/media/make-heic';
import { pattern } from '#testing/media/make-image';
import { makeMov } from '#testing/media/make-video';
import { Ffmpeg } from './ffmpeg.js';
import { HeicDecoder } from './heic-decoder.js';
import { ImageConversion } from './image-conversion.js';
import { MediaProbe } from './media-probe.js';
import { ThumbnailMaker } from './thumbnail-maker.js';
import { VideoIndexReader } from './video-index.reader.js';

const [indexes, heic] = [new VideoIndexReader(), new HeicDecoder()];
const [probe, conversion] = [new MediaProbe(indexes), new ImageConversion(heic)];
let [folder, path, ffmpegPath] = ['', '', ''];

beforeAll(async () => {
  Logger.overrideLogger(false);
  ffmpegPath = await findFfmpegBinary();
}, 300_000);
afterAll(() => Promise.all([indexes.onApplicationShutdown(), heic.onApplicationShutdown()]));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thumbnail-'));
  path = join(folder, 'original');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function thumbnail(bytes: Buffer, ffmpeg: string | null = ffmpegPath): Promise<string | null> {
  await writeFile(path, bytes);
  const probed = await probe.probe(path);
  const leftovers = { repaired: await conversion.repair(path, probed, folder), preview: await probe.decode(path, probed), directory: folder };
  return new ThumbnailMaker(new Ffmpeg({ ffmpegPath: ffmpeg })).make(path, probed.facts, leftovers);
}

async function seen(bytes: Buffer): Promise<{ size: string; left: number[]; right: number[] }> {
  const file = await thumbnail(bytes);
  if (file === null) throw new Error('There is no thumbnail');
  const { format, width, height, space, exif, icc } = await sharp(file).metadata();
  expect({ format, space, exif, icc }).toEqual({ format: 'jpeg', space: 'srgb', exif: undefined, icc: undefined });
  const mean = async (left: number): Promise<number[]> => {
    const { channels } = await sharp(await sharp(file).extract({ left, top: Math.floor(height / 2), width: 4, height: 4 }).toBuffer()).stats();
    return channels.map(({ mean: value }) => Math.round(value));
  };
  return { size: `${width}×${height}`, left: await mean(8), right: await mean(width - 12) };
}

/** Red on the left, blue on the right. */
const halves = (): Sharp => sharp({ create: { width: 800, height: 600, channels: 3, background: '#0000ff' } })
  .composite([{ input: { create: { width: 400, height: 600, channels: 3, background: '#ff0000' } }, left: 0, top: 0 }]);
const flat = async (): Promise<Sharp> => sharp(await halves().png().toBuffer());

describe('ThumbnailMaker', () => {
  it.each<[string, (picture: Sharp) => Promise<Buffer> | Buffer]>([
    ['JPEG', (picture) => picture.jpeg().toBuffer()],
    ['progressive JPEG', (picture) => picture.jpeg({ progressive: true }).toBuffer()],
    ['PNG of 16 bits', (picture) => picture.toColourspace('rgb16').png().toBuffer()],
    ['CMYK JPEG', (picture) => picture.toColourspace('cmyk').jpeg().toBuffer()],
    ['WebP', (picture) => picture.webp().toBuffer()],
    ['JPEG in Display P3', (picture) => picture.withIccProfile('p3').jpeg().toBuffer()],
    ['HEIC', async (picture) => makeHeic(await picture.png().toBuffer())],
  ])('makes a small JPEG of a %s', async (_name, encode) => {
    const { size, left, right } = await seen(await encode(await flat()));
    expect(size).toBe('320×240');
    expect([left[0], right[2]].every((value) => (value ?? 0) > 120), JSON.stringify({ left, right })).toBe(true);
    expect([left[2], right[0]].every((value) => (value ?? 255) < 70), JSON.stringify({ left, right })).toBe(true);
  }, 300_000);

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright: EXIF orientation %d', async (orientation) => {
    // The picture that is stored is made so that it looks the same once it is turned.
    const back = [(p: Sharp) => p, (p: Sharp) => p.flop(), (p: Sharp) => p.rotate(180), (p: Sharp) => p.flip(), (p: Sharp) => p.flip().rotate(90), (p: Sharp) => p.rotate(270), (p: Sharp) => p.flop().rotate(90), (p: Sharp) => p.rotate(90)][orientation - 1];
    const stored = await sharp(await (back ?? ((p) => p))(await flat()).png().toBuffer()).withMetadata({ orientation }).jpeg().toBuffer();
    const { size, left, right } = await seen(stored);
    expect([size, (left[0] ?? 0) > 200, (right[2] ?? 0) > 200]).toEqual(['320×240', true, true]);
  });

  it('does not enlarge, and puts what is transparent on white', async () => {
    const glass = await sharp({ create: { width: 40, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer();
    expect(await seen(glass)).toEqual({ size: '40×30', left: [255, 255, 255], right: [255, 255, 255] });
  });

  it('takes the first picture of a video, turned as it is shown', async () => {
    const file = await thumbnail(await makeMov({ seconds: 3, width: 640, height: 360, rotation: 90 }));
    expect(await sharp(file ?? '').metadata()).toMatchObject({ format: 'jpeg', width: 180, height: 320 });
  });

  it('shows the copy that goes out, not the original', async () => {
    const copy = join(folder, 'copy.mp4');
    await writeFile(path, await makeMov({ seconds: 3, width: 640, height: 360 }));
    await writeFile(copy, await makeMov({ seconds: 3, width: 360, height: 640 }));
    const [{ facts }, repaired] = [await probe.probe(path), { path: copy, facts: (await probe.probe(copy)).facts, notes: [] }];
    const file = await new ThumbnailMaker(new Ffmpeg({ ffmpegPath })).make(path, facts, { repaired, preview: null, directory: folder });
    expect(await sharp(file ?? '').metadata()).toMatchObject({ width: 180, height: 320 });
  });

  it.each<[string, string]>([['breaks off', 'exit 1'], ['writes nothing', 'exit 0']])('answers null where ffmpeg %s, is not there, or the picture cannot be written', async (_name, script) => {
    const bytes = await makeMov({ seconds: 3, width: 640, height: 360 });
    const broken = join(folder, 'broken-ffmpeg');
    await writeFile(broken, `#!/bin/sh\n${script}\n`);
    await chmod(broken, 0o755);
    expect([await thumbnail(bytes, broken), await thumbnail(bytes, null)]).toEqual([null, null]);
    await writeFile(path, await pattern({ width: 400, height: 300 }).jpeg().toBuffer());
    const maker = new ThumbnailMaker(new Ffmpeg({ ffmpegPath: null }));
    const probed = await probe.probe(path);
    expect(await maker.make(path, probed.facts, { repaired: null, preview: await probe.decode(path, probed), directory: join(folder, 'absent') })).toBeNull();
  });
});
