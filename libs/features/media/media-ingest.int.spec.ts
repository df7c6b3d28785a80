import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { ObjectStorage } from '#infra/storage/object-storage.port';
import { LoopbackMediaHost, reset } from '#testing/loopback-media-host';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { MediaIngestService } from './media-ingest.service.js';
import { MediaModule } from './media.module.js';

@Module({})
class Root {}

let dataDir: string;
let host: LoopbackMediaHost;
let app: INestApplicationContext;
let ingest: MediaIngestService['ingest'];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ingest-'));
  host = await LoopbackMediaHost.start();
  const settings = readSettings({ HELIOGRAPH_DATA: dataDir, EGRESS_ALLOW: '127.0.0.1/32', ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` });
  app = await NestFactory.createApplicationContext({ module: Root, imports: [SettingsModule.for(settings), ClockModule.with(), MediaModule] }, { logger: false });
  const service = app.get(MediaIngestService);
  ingest = service.ingest.bind(service);
});
afterEach(async () => {
  expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
  await app.close();
  await host.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function stored(key: string): Promise<Buffer> {
  return buffer(await app.get(ObjectStorage).open(key));
}

async function storedKeys(): Promise<string[]> {
  const names = await readdir(join(dataDir, 'media'), { recursive: true });
  return names.filter((name) => /[0-9a-f]{64}$/.test(name));
}

describe('MediaIngestService', () => {
  it('keeps a fine JPEG from a URL byte for byte', async () => {
    const picture = await makeJpeg({ width: 1080, height: 1080 });
    const url = host.serve('/picture.png', picture, 'text/html');
    const media = await ingest({ kind: 'url', url });
    const facts = { kind: 'image', contentType: 'image/jpeg', sizeBytes: picture.length, width: 1080, height: 1080 };
    expect(media).toEqual({ facts, originalFacts: facts, originalKey: media.sha256, deliveryKey: media.sha256, thumbnailKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string, sha256: media.sha256, sourceUrl: url, notes: [] });
    expect((await stored(media.deliveryKey)).equals(picture)).toBe(true);
  });

  it('makes a delivery copy of a PNG, keeps the original and says so', async () => {
    const picture = await makePng({ width: 2000, height: 1000 });
    const media = await ingest({ kind: 'url', url: host.serve('/a', picture, 'image/png') }, { at: 'media[1]' });
    expect(media.originalFacts).toMatchObject({ contentType: 'image/png', width: 2000 });
    expect(media.facts).toMatchObject({ contentType: 'image/jpeg', width: 1440, height: 720 });
    expect(media.notes.map(({ rule, path }) => [rule, path])).toEqual([['media.converted', 'media[1]'], ['media.scaled', 'media[1]']]);
    expect((await stored(media.originalKey)).equals(picture)).toBe(true);
    expect(await stored(media.deliveryKey)).toHaveLength(media.facts.sizeBytes);
  });

  it('takes a file from the disk, which stays', async () => {
    const path = join(dataDir, 'upload');
    const clip = await makeMp4({ seconds: 3, width: 320, height: 568 });
    await writeFile(path, clip);
    const media = await ingest({ kind: 'file', path, filename: 'not-a-video.txt' });
    expect(media).toMatchObject({ sourceUrl: null, notes: [], facts: { contentType: 'video/mp4', video: { durationMs: 3000 } } });
    expect((await readFile(path)).equals(clip)).toBe(true);
  });

  it('gives the same keys for the same bytes and stores them once', async () => {
    const source = { kind: 'url', url: host.serve('/a', await makePng({ width: 400, height: 400 }), 'image/png') } as const;
    const [first, second] = await Promise.all([ingest(source), ingest(source)]);
    expect(second).toEqual(first);
    expect(await storedKeys()).toHaveLength(3);
  });

  it('refuses too large files from a URL and from the disk with the same rule', async () => {
    const picture = await makeJpeg({ width: 640, height: 640 });
    const path = join(dataDir, 'upload');
    await writeFile(path, picture);
    const limits = { maxBytes: picture.length - 1, at: 'media[4]' };
    const expected = { code: 'validation_failed', details: { violations: [{ rule: 'media.size_max', path: 'media[4]', limit: limits.maxBytes }] } };
    await expect(ingest({ kind: 'url', url: host.serve('/a', picture, 'image/jpeg') }, limits)).rejects.toMatchObject(expected);
    await expect(ingest({ kind: 'file', path, filename: null }, limits)).rejects.toMatchObject(expected);
    expect((await ingest({ kind: 'file', path, filename: null }, { maxBytes: picture.length })).facts.sizeBytes).toBe(picture.length);
  });

  it('stores nothing of what cannot be fetched or read', async () => {
    const picture = await makeJpeg({ width: 640, height: 640 });
    const half = picture.subarray(0, picture.length / 2);
    await expect(ingest({ kind: 'url', url: host.url('/absent') })).rejects.toMatchObject({ code: 'media_unreachable', details: { status: 404 } });
    await expect(ingest({ kind: 'url', url: host.on('/cut', reset(half)) })).rejects.toMatchObject({ code: 'media_unreachable' });
    await expect(ingest({ kind: 'url', url: host.serve('/half', half, 'image/jpeg') })).rejects.toMatchObject({ code: 'media_unreadable' });
    await expect(ingest({ kind: 'url', url: host.serve('/page', '<html>', 'image/jpeg') })).rejects.toMatchObject({ code: 'media_unreadable' });
    await expect(ingest({ kind: 'url', url: 'http://127.0.0.2/' })).rejects.toMatchObject({ code: 'egress_refused' });
    expect(await storedKeys()).toEqual([]);
  });
});
