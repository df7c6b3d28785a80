import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Catch, Module, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#kernel/app-error';
import { after, Clock, hours } from '#kernel/clock';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { createValidationPipe } from '#infra/http/validation.pipe';
import { ObjectStorage } from '#infra/storage/object-storage.port';
import { makeMp4 } from '#testing/media/make-video';
import { MediaApiModule } from './media-api.module.js';
import { MediaDeliveryService } from './media-delivery.service.js';

@Module({})
class Root {}

@Catch(AppError)
class Filter implements ExceptionFilter {
  catch(error: AppError, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().code(error.status).type('application/json').send({ code: error.code });
  }
}

const start = new Date('2026-11-01T12:00:00Z');
const clock = new (class extends Clock {
  moment = start;
  override now(): Date {
    return this.moment;
  }
})();

let dataDir: string;
let app: NestFastifyApplication;
let content: Buffer;
let url: string;
let etag: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'delivery-'));
  const settings = readSettings({ HELIOGRAPH_DATA: dataDir, PUBLIC_URL: 'https://media.example.com/', ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` });
  const root = { module: Root, imports: [SettingsModule.for(settings), ClockModule.with(clock), MediaApiModule] };
  app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), { logger: false });
  app.useGlobalPipes(createValidationPipe()).useGlobalFilters(new Filter());
  await app.init();
  content = await makeMp4({ seconds: 1, width: 320, height: 320 });
  await writeFile(join(dataDir, 'clip'), content);
  const { key } = await app.get(ObjectStorage).put(join(dataDir, 'clip'));
  const publicUrl = app.get(MediaDeliveryService).urlFor(key, 'video/mp4');
  expect(publicUrl).toMatch(new RegExp(`^https://media\\.example\\.com/media/${key}\\.mp4\\?expires=\\d+&signature=[\\w-]{43}$`));
  url = publicUrl.replace('https://media.example.com', '');
  etag = `"${key}"`;
});
beforeEach(() => {
  clock.moment = start;
});
afterAll(async () => {
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

const get = (path = url, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url: path, headers });

describe('GET /media', () => {
  it('lets go of every file when a connection ends, also of answers that wait behind another one', async () => {
    const storage = app.get(ObjectStorage);
    await writeFile(join(dataDir, 'long'), Buffer.alloc(16 * 1024 * 1024, 7));
    const { key } = await storage.put(join(dataDir, 'long'));
    const long = app.get(MediaDeliveryService).urlFor(key, 'video/mp4').replace('https://media.example.com', '');
    const opening = vi.spyOn(storage, 'open');
    await app.listen(0, '127.0.0.1');
    const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
    socket.pause(); // so that the first answer does not get to its end
    socket.write(`GET ${long} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(3));
    await expect.poll(() => opening.mock.results.length).toBe(3);
    const opened = await Promise.all(opening.mock.results.map(({ value }) => value as Promise<Readable>));
    socket.destroy();
    await expect.poll(() => opened.map((file) => file.closed)).toEqual([true, true, true]);
    opening.mockRestore();
  });

  it('gives the bytes with their type and length, at once and cacheable', async () => {
    const response = await get();
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'video/mp4', 'content-length': String(content.length), 'accept-ranges': 'bytes', etag,
      'x-content-type-options': 'nosniff', 'cache-control': expect.stringContaining('max-age') as string,
    });
    expect(createHash('sha256').update(response.rawPayload).digest('hex')).toBe(etag.slice(1, -1));
  });

  it('answers HEAD like GET, without the bytes and without reading them', async () => {
    const open = vi.spyOn(app.get(ObjectStorage), 'open');
    const response = await app.inject({ method: 'HEAD', url });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'content-type': 'video/mp4', 'content-length': String(content.length), 'accept-ranges': 'bytes', etag });
    expect(response.rawPayload).toHaveLength(0);
    expect(open).not.toHaveBeenCalled();
  });

  it.each([['bytes=0-99', 0, 100], ['bytes=100-', 100, undefined], ['bytes=-50', -50, undefined]] as const)('gives the part %s', async (range, from, to) => {
    const expected = content.subarray(from, to);
    const response = await get(url, { range });
    expect(response.statusCode).toBe(206);
    const first = from < 0 ? content.length + from : from;
    expect(response.headers).toMatchObject({ 'content-length': String(expected.length), 'content-range': `bytes ${first}-${first + expected.length - 1}/${content.length}` });
    expect(response.rawPayload.equals(expected)).toBe(true);
  });

  it('refuses a part behind the end with the size', async () => {
    const response = await get(url, { range: `bytes=${content.length}-` });
    expect([response.statusCode, response.headers['content-range']]).toEqual([416, `bytes */${content.length}`]);
  });

  it('gives a part only of the version that was asked for, and nothing that is known already', async () => {
    expect((await get(url, { range: 'bytes=0-9', 'if-range': etag })).statusCode).toBe(206);
    expect((await get(url, { range: 'bytes=0-9', 'if-range': '"other"' })).statusCode).toBe(200);
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(304);
  });

  it('is valid for a day and more, not for ever', async () => {
    clock.moment = after(start, hours(24));
    expect((await get()).statusCode).toBe(200);
    clock.moment = after(start, hours(49));
    expect((await get()).statusCode).toBe(404);
  });

  it.each([
    ['no signature', () => url.replace(/\?.*/, '')],
    ['a changed signature', () => url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')).replace('signature=', 'signature=x')],
    ['another type', () => url.replace('.mp4', '.jpg')],
    ['a later expiry', () => url.replace(/expires=(\d+)/, (_all, at: string) => `expires=${Number(at) + 1}`)],
    ['another key', () => url.replace(/media\/./, (start_) => `${start_.slice(0, -1)}${start_.endsWith('0') ? '1' : '0'}`)],
    ['a path out of the folder', () => `/media/..%2f..%2fclip.jpg?${url.split('?')[1] ?? ''}`],
    ['a genuine link to what is gone', () => app.get(MediaDeliveryService).urlFor('0'.repeat(64), 'image/jpeg').replace('https://media.example.com', '')],
  ])('answers a typed 404 for %s, to GET and HEAD', async (_name, path) => {
    const response = await get(path());
    expect([response.statusCode, response.json()]).toEqual([404, { code: 'not_found' }]);
    expect((await app.inject({ method: 'HEAD', url: path() })).statusCode).toBe(404);
  });
});

describe('GET /robots.txt', () => {
  it('lets the fetchers in', async () => {
    const response = await get('/robots.txt');
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.body).toMatch(/User-agent: facebookexternalhit\nAllow: \/\n/);
    expect(response.body).toMatch(/User-agent: meta-externalagent\nAllow: \/\n/);
  });
});
