import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Framing } from '#networks/port/framing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeHeic } from '#testing/media/make-heic';
import { pattern } from '#testing/media/make-image';
import { turnHeic } from '#testing/media/turn-heic';
import { HeicDecoder } from './heic-decoder.js';
import { ImageConversion } from './image-conversion.js';
import { MediaProbe } from './media-probe.js';
import type { RepairedMedia } from './repaired-media.js';
import { VideoIndexReader } from './video-index.reader.js';

const probe = new MediaProbe(new VideoIndexReader());
const heic = new HeicDecoder();
const conversion = new ImageConversion(heic);
afterAll(() => heic.onApplicationShutdown());
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conversion-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function repair(picture: Buffer): Promise<RepairedMedia | null> {
  const path = join(folder, 'original');
  await writeFile(path, picture);
  return conversion.repair(path, await probe.probe(path), folder);
}

async function repaired(picture: Buffer): Promise<RepairedMedia> {
  const result = await repair(picture);
  if (!result) throw new Error('Nothing was repaired');
  const { width, height, format, space, exif, icc } = await sharp(result.path).metadata();
  const { facts } = result;
  expect({ width, height, format, space, exif, icc }).toEqual({ width: facts.width, height: facts.height, format: 'jpeg', space: 'srgb', exif: undefined, icc: undefined });
  expect((await probe.probe(result.path)).facts).toEqual(facts);
  return result;
}

/** Mean red, green and blue of a region, 0–255. */
async function colour(path: string, left: number, top: number): Promise<number[]> {
  const { channels } = await sharp(await sharp(path).extract({ left, top, width: 8, height: 8 }).toBuffer()).stats();
  return channels.map(({ mean }) => Math.round(mean));
}

describe('ImageConversion', () => {
  const size = { width: 640, height: 480 };

  it('leaves a fine JPEG alone', async () => {
    expect(await repair(await pattern(size).jpeg().toBuffer())).toBeNull();
  });

  it.each([
    ['PNG', (picture: Sharp) => picture.png()],
    ['WebP', (picture: Sharp) => picture.webp()],
    ['GIF', (picture: Sharp) => picture.gif()],
    ['AVIF', (picture: Sharp) => picture.avif({ effort: 0 })],
    ['16-bit PNG', (picture: Sharp) => picture.toColourspace('rgb16').png()],
    ['grey PNG', (picture: Sharp) => picture.greyscale().png()],
    ['CMYK JPEG', (picture: Sharp) => picture.toColourspace('cmyk').jpeg()],
  ])('makes a plain JPEG of a %s', async (_name, encode) => {
    expect((await repaired(await encode(pattern(size)).toBuffer())).facts).toMatchObject(size);
  });

  it('makes a plain JPEG of a HEIC that looks the same', async () => {
    const halves = await sharp({ create: { ...size, channels: 3, background: '#0000ff' } })
      .composite([{ input: { create: { width: 320, height: 480, channels: 3, background: '#ff0000' } }, left: 0, top: 0 }]).png().toBuffer();
    const { facts, notes, path } = await repaired(await makeHeic(halves));
    expect(facts).toMatchObject(size);
    expect(notes.map(({ message }) => message)).toEqual(['Converted from image/heic to JPEG']);
    const [left, right] = [await colour(path, 100, 200), await colour(path, 500, 200)];
    expect(left[0]).toBeGreaterThan(240);
    expect(right[2]).toBeGreaterThan(240);
  }, 300_000);

  it('makes an upright sRGB JPEG of a HEIC in Display P3 that is turned, once: also when its Exif says the same', async () => {
    const [red, blue] = [[200, 60, 40], [40, 40, 200]];
    const halves = sharp({ create: { ...size, channels: 3, background: { r: 40, g: 40, b: 200 } } })
      .composite([{ input: { create: { width: 320, height: 480, channels: 3, background: { r: 200, g: 60, b: 40 } } }, left: 0, top: 0 }]);
    const p3 = await sharp(await halves.png().toBuffer()).withMetadata({ orientation: 6 }).withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const stored = await makeHeic(p3);
    expect([stored.includes('Exif'), stored.includes('prof'), stored.includes('irot')]).toEqual([true, true, false]);
    const near = async (path: string, at: readonly [number, number], wanted: readonly number[]): Promise<void> => {
      for (const [channel, value] of (await colour(path, ...at)).entries()) expect(Math.abs(value - (wanted[channel] ?? 0)), `${channel} at ${at.join()}`).toBeLessThanOrEqual(6);
    };
    const turned = await repaired(turnHeic(stored, 3)); // a quarter clockwise
    expect(turned.facts).toMatchObject({ width: 480, height: 640 });
    await near(turned.path, [240, 100], red);
    await near(turned.path, [240, 500], blue);
    const preview = await turned.preview?.();
    expect(preview).toMatchObject({ width: 240, height: 320 });
    // Without `irot` it stands as it is stored: in a HEIC, Exif only repeats what the properties say (ISO 23008-12 §6.5.10, A.2.1).
    const plain = await repaired(stored);
    expect(plain.facts).toMatchObject(size);
    await near(plain.path, [100, 240], red);
    await near(plain.path, [500, 240], blue);
  }, 300_000);

  it('refuses a HEIC that is cut off or too large to decode', async () => {
    const whole = await makeHeic(await pattern(size).png().toBuffer());
    for (const part of [0.005, 0.3, 0.7]) await expect(repair(whole.subarray(0, Math.floor(whole.length * part))), String(part)).rejects.toMatchObject({ code: 'media_unreadable' });
    const bomb = Buffer.from(whole);
    for (const at of [8, 12]) bomb.writeUInt32BE(40_000, bomb.indexOf('ispe', 0, 'latin1') + at);
    await expect(repair(bomb)).rejects.toMatchObject({ details: { violations: [{ rule: 'media.pixels_max' }] } });
  }, 300_000);

  it('turns the picture upright and drops the metadata, with the place it was taken at', async () => {
    const left = await sharp({ create: { ...size, channels: 3, background: '#0000ff' } })
      .composite([{ input: { create: { width: 320, height: 480, channels: 3, background: '#ff0000' } }, left: 0, top: 0 }])
      .withExifMerge({ IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const before = await sharp(left).metadata();
    expect([before.orientation, before.exif?.length]).toEqual([6, expect.any(Number)]);
    const { facts, path, notes } = await repaired(left);
    expect(facts).toMatchObject({ width: 480, height: 640 });
    expect(notes.map(({ rule }) => rule)).toEqual(['media.turned']);
    const [top, bottom] = [await colour(path, 200, 100), await colour(path, 200, 500)];
    expect(top[0]).toBeGreaterThan(200); // what was left is above now
    expect(bottom[2]).toBeGreaterThan(200);
  });

  it.each<[string, Framing['fit'], number, number, number, number]>([
    ['wider', 'pad', 3000, 1000, 1440, 754], ['wider', 'crop', 3000, 1000, 1440, 754], ['narrower', 'pad', 400, 900, 720, 900], ['narrower', 'crop', 400, 900, 400, 500],
  ])('gives a picture that is %s than the range another shape: %s', async (_name, fit, width, height, newWidth, newHeight) => {
    const path = join(folder, 'original');
    await writeFile(path, await sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).jpeg().toBuffer());
    const result = await conversion.repair(path, await probe.probe(path), folder, 'media', { fit, minAspect: 4 / 5, maxAspect: 1.91, tolerancePixels: 1 });
    if (!result) throw new Error('Nothing was done');
    expect([result.facts.width, result.facts.height, result.fit, result.notes.map(({ rule }) => rule)]).toEqual([newWidth, newHeight, fit, [fit === 'pad' ? 'media.padded' : 'media.cropped']]);
    expect(await sharp(result.path).metadata()).toMatchObject({ width: newWidth, height: newHeight, format: 'jpeg' });
    const [corner, middle] = [await colour(result.path, 0, 0), await colour(result.path, newWidth / 2 - 4, newHeight / 2 - 4)];
    expect(corner[0]).toBe(fit === 'pad' ? 255 : 0);
    expect(middle[2]).toBeGreaterThan(250);
  });

  it('turns a picture before it gives it a shape', async () => {
    const path = join(folder, 'original');
    await writeFile(path, await sharp({ create: { width: 900, height: 400, channels: 3, background: '#0000ff' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const result = await conversion.repair(path, await probe.probe(path), folder, 'media', { fit: 'crop', minAspect: 4 / 5, maxAspect: 1.91, tolerancePixels: 1 });
    expect([result?.facts.width, result?.facts.height]).toEqual([400, 500]);
  });

  it('puts transparent parts on white', async () => {
    const glass = await sharp({ create: { ...size, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer();
    expect(await colour((await repaired(glass)).path, 10, 10)).toEqual([255, 255, 255]);
  });

  it('takes the first picture of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(100 * 100 * 3, 255), Buffer.alloc(100 * 100 * 3, 0)]);
    const animation = await sharp(frames, { raw: { width: 100, height: 200, channels: 3, pageHeight: 100 } }).gif({ delay: [50, 50] }).toBuffer();
    const { facts, path } = await repaired(animation);
    expect(facts).toMatchObject({ width: 100, height: 100 });
    expect((await colour(path, 10, 10))[0]).toBeGreaterThan(250);
  });

  it('scales to 1440 pixels wide and keeps the shape', async () => {
    expect((await repaired(await pattern({ width: 2880, height: 2000 }).jpeg().toBuffer())).facts).toMatchObject({ width: 1440, height: 1000 });
  });

  it('lowers the quality until the copy is small enough', async () => {
    const noise = sharp(randomBytes(1440 * 4000 * 3), { raw: { width: 1440, height: 4000, channels: 3 } });
    const { facts, notes } = await repaired(await noise.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer());
    expect(notes.map(({ rule }) => rule)).toEqual(['media.compressed']);
    expect(facts.sizeBytes).toBeLessThanOrEqual(8_000_000);
    expect(facts).toMatchObject({ width: 1440, height: 4000 });
  });
});
