import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, type Violation } from '#kernel/app-error';
import { makeJpeg, makePng, makeWebp, pattern } from '#testing/media/make-image';
import { makeMov, makeMp4 } from '#testing/media/make-video';
import { MediaProbe } from './media-probe.js';
import { VideoIndexReader } from './video-index.reader.js';

const indexes = new VideoIndexReader();
const probe = new MediaProbe(indexes);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'));
});
afterAll(async () => {
  await indexes.onApplicationShutdown();
  await rm(folder, { recursive: true, force: true });
});

async function file(content: Uint8Array | string): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, content);
  return path;
}

async function refusal(content: Uint8Array | string): Promise<Violation> {
  const path = await file(content);
  const error: unknown = await probe.probe(path, 'media[2]').then((probed) => probe.decode(path, probed, 'media[2]')).catch((caught: unknown) => caught);
  if (!(error instanceof AppError)) throw new Error(`Expected an AppError, got ${JSON.stringify(error)}`);
  expect(error.code).toBe('media_unreadable');
  const [violation] = error.details?.['violations'] as Violation[];
  expect(violation).toMatchObject({ path: 'media[2]', message: error.message });
  return violation as Violation;
}

const size = { width: 640, height: 480 };

describe('MediaProbe on pictures', () => {
  it.each([
    ['image/jpeg', () => makeJpeg(size)],
    ['image/png', () => makePng(size)],
    ['image/webp', () => makeWebp(size)],
    ['image/gif', () => pattern(size).gif().toBuffer()],
    ['image/avif', () => pattern(size).avif({ effort: 0 }).toBuffer()],
  ])('knows %s by its bytes', async (contentType, make) => {
    const content = await make();
    expect((await probe.probe(await file(content))).facts).toEqual({ kind: 'image', contentType, sizeBytes: content.length, ...size });
  });

  it.each([[1, size], [3, size], [6, { width: 480, height: 640 }], [8, { width: 480, height: 640 }]])('gives the size as displayed for EXIF orientation %i', async (orientation, expected) => {
    const { facts, image } = await probe.probe(await file(await pattern(size).withMetadata({ orientation }).jpeg().toBuffer()));
    expect(facts).toMatchObject(expected);
    expect(image?.orientation).toBe(orientation);
  });

  it('tells the traits that a repair asks for', async () => {
    const cmyk = await probe.probe(await file(await pattern(size).toColourspace('cmyk').jpeg().toBuffer()));
    expect(cmyk.image).toMatchObject({ colourSpace: 'cmyk', hasAlpha: false });
    const alpha = await probe.probe(await file(await pattern(size).ensureAlpha(0.5).png().toBuffer()));
    expect(alpha.image).toMatchObject({ hasAlpha: true, pages: 1 });
  });

  it('gives the size of one picture of an animation', async () => {
    const animation = await sharp(await pattern({ width: 100, height: 300 }).raw().toBuffer(), { raw: { width: 100, height: 300, channels: 3, pageHeight: 100 } })
      .gif({ delay: [100, 100, 100] })
      .toBuffer();
    expect(await probe.probe(await file(animation))).toMatchObject({ facts: { width: 100, height: 100 }, image: { pages: 3 } });
  });

  it.each([0.02, 0.3, 0.6, 0.9, 0.999])('refuses a JPEG, a PNG and a WebP cut off at %f', async (part) => {
    for (const content of [await makeJpeg(size), await makePng(size), await makeWebp(size)]) {
      expect((await refusal(content.subarray(0, Math.floor(content.length * part)))).rule).toBe('media.damaged');
    }
  });

  it.each([0.3, 0.9, 0.999])('knows a JPEG that is cut off at %f by its missing end, before it decodes anything', async (part) => {
    const whole = await makeJpeg({ width: 1080, height: 1080, quality: 95 });
    // The end of the small picture in its Exif is not its own.
    const small = await makeJpeg({ width: 80, height: 80 });
    const exif = Buffer.concat([Buffer.of(0xff, 0xe1, (small.length + 2) >> 8, (small.length + 2) & 255), small]);
    const content = Buffer.concat([whole.subarray(0, 2), exif, whole.subarray(2)]);
    expect((await probe.probe(await file(content))).facts).toMatchObject({ width: 1080 });
    await expect(probe.probe(await file(content.subarray(0, Math.floor(content.length * part))))).rejects.toMatchObject({ code: 'media_unreadable' });
  });

  it.each([10, 64 * 1024 - 1, 64 * 1024, 300_000])('takes a JPEG to which %i bytes were appended, as telephones do', async (count) => {
    const path = await file(Buffer.concat([await makeJpeg(size), Buffer.alloc(count)]));
    const probed = await probe.probe(path);
    expect([probed.facts.width, (await probe.decode(path, probed))?.width]).toEqual([640, 320]);
  });

  it.each([
    ['behind a long profile', Buffer.concat([Buffer.of(0xff, 0xe1, 0xea, 0x60), Buffer.alloc(0xea60 - 2)])],
    ['behind a byte that fills', Buffer.of(0xff)],
  ])('sees that a JPEG has several pictures where it says so %s', async (_where, before) => {
    const whole = await makeJpeg(size);
    const label = Buffer.concat([Buffer.of(0xff, 0xe2, 0, 12), Buffer.from('MPF\x00sixsix')]);
    const { image } = await probe.probe(await file(Buffer.concat([whole.subarray(0, 2), before, label, whole.subarray(2)])));
    expect(image?.isMultiPicture).toBe(true);
  });

  it('refuses a picture that would fill the memory, from its header', async () => {
    const bomb = await sharp({ create: { width: 14_000, height: 14_000, channels: 3, background: '#000' } }).png().toBuffer();
    expect(await refusal(bomb)).toMatchObject({ rule: 'media.pixels_max', actual: 196_000_000 });
  });
});

describe('MediaProbe on videos', () => {
  const clip = { seconds: 4, width: 320, height: 568 };

  it('tells what a rule may ask about an MP4', async () => {
    const content = await makeMp4({ ...clip, fps: 25, audio: true });
    expect(await probe.probe(await file(content))).toEqual({
      facts: {
        kind: 'video', contentType: 'video/mp4', sizeBytes: content.length, width: 320, height: 568,
        video: {
          durationMs: 4000, videoCodec: 'avc', codecString: 'avc1.42c01e', chroma: '4:2:0', bitDepth: 8, isInterlaced: false, hasOpenGroups: false, isHdr: false, rotation: 0,
          framesPerSecond: 25, isVariableFrameRate: false,
          audioCodec: 'aac', audioChannels: 2, audioSampleRate: 48_000, audioBitsPerSecond: expect.any(Number) as number,
          bitsPerSecond: Math.round((content.length - content.indexOf('mdat') + 4) * 2), isFastStart: true, isFragmented: false, hasJunk: false, editList: 'none',
        },
      },
      image: null,
    });
  });

  it('knows QuickTime, a missing sound track and an index at the end', async () => {
    const { facts } = await probe.probe(await file(await makeMov({ ...clip, fastStart: false })));
    expect(facts).toMatchObject({ contentType: 'video/quicktime', video: { audioCodec: null, isFastStart: false } });
  });

  it('gives the size as displayed when the camera was held upright', async () => {
    expect((await probe.probe(await file(await makeMp4({ ...clip, rotation: 90 })))).facts).toMatchObject({ width: 568, height: 320 });
  });

  it('reads fragmented files', async () => {
    const { facts } = await probe.probe(await file(await makeMp4({ ...clip, fastStart: 'fragmented' })));
    expect(facts).toMatchObject({ video: { durationMs: 4000, framesPerSecond: 30, isFastStart: true } });
  });

  it.each([true, false])('refuses a video cut off anywhere (index in front: %s)', async (fastStart) => {
    const content = await makeMp4({ ...clip, fastStart });
    for (const part of [0.01, 0.2, 0.5, 0.8, 0.999]) {
      expect((await refusal(content.subarray(0, Math.floor(content.length * part)))).rule, String(part)).toBe('media.damaged');
    }
  });

  it('accepts junk behind complete boxes, as players do', async () => {
    const content = Buffer.concat([await makeMp4(clip), Buffer.alloc(100)]);
    expect((await probe.probe(await file(content))).facts.kind).toBe('video');
  });

  it('reads or refuses a scrambled index, and nothing else happens', async () => {
    const content = await makeMp4({ seconds: 1, width: 64, height: 64, audio: true });
    const [first, last] = [content.indexOf('moov') + 4, content.indexOf('mdat') - 5];
    const damage = fc.array(fc.record({ at: fc.integer({ min: first, max: last }), value: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 6 });
    await fc.assert(fc.asyncProperty(damage, async (changes) => {
      const scrambled = Buffer.from(content);
      for (const { at, value } of changes) scrambled[at] = value;
      const outcome: unknown = await probe.probe(await file(scrambled)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'media_unreadable' });
    }), { numRuns: 100, seed: 5 });
  });

  it('refuses an index that is huge, before reading it', async () => {
    const content = await makeMp4(clip);
    const moov = content.indexOf('moov');
    const huge = Buffer.alloc(20_000_000);
    content.copy(huge, 0, 0, moov - 4);
    huge.writeUInt32BE(18_000_000, moov - 4);
    huge.write('moov', moov, 'latin1');
    huge.writeUInt32BE(huge.length - (moov - 4 + 18_000_000), moov - 4 + 18_000_000);
    huge.write('mdat', moov + 18_000_000, 'latin1'); // behind the index
    expect((await refusal(huge)).message).toMatch(/its index has 18000000 bytes/);
  });

  it('refuses a file with sound only', async () => {
    const content = await makeMp4({ ...clip, audio: true });
    const soundOnly = Buffer.from(content);
    const handler = soundOnly.indexOf('vide', soundOnly.indexOf('hdlr'), 'latin1');
    soundOnly.write('text', handler, 'latin1');
    expect((await refusal(soundOnly)).rule).toBe('media.no_picture');
  });
});

describe('MediaProbe on everything else', () => {
  it('refuses an empty file', async () => {
    expect((await refusal('')).rule).toBe('media.empty');
  });

  it.each([
    ['a web page', '<!DOCTYPE html><html><body>Not found</body></html>', /web page/],
    ['a web page behind blanks', '\n  <html>', /web page/],
    ['a playlist', '#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd', /playlist/],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', /SVG/],
    ['JSON', '{"error":"no"}', /JSON/],
    ['text', 'hello', /plain text/],
    ['a PDF', '%PDF-1.7\n', /PDF file \(application\/pdf\)/],
    ['an archive', Buffer.from('504b0304140000000000', 'hex'), /ZIP|zip/],
    ['noise', Buffer.alloc(64, 0xfe), /unknown kind/],
    ['sound', Buffer.from('\0\0\0\x18ftypM4A \0\0\0\0M4A isom', 'latin1'), /M4A/],
    ['Matroska', Buffer.from('1a45dfa3a3428288', 'hex'), /unknown kind|MKV|WEBM/],
  ])('names %s', async (_name, content, expected) => {
    const violation = await refusal(content);
    expect(violation.rule).toBe('media.type');
    expect(violation.message).toMatch(expected);
  });

  it.each(['ffd8ffe000104a46', '89504e470d0a1a0a', '524946460000000057454250', '474946383961'])('refuses a file that only begins like a picture (%s)', async (hex) => {
    expect((await refusal(Buffer.from(hex, 'hex'))).rule).toMatch(/^media\.(damaged|type)$/);
  });
});
