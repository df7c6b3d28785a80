import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { SettingsError, type S3Settings } from '#infra/config/settings';
import { LocalDiskStorage } from './local-disk.storage.js';
import type { ListedObject, ObjectStorage } from './object-storage.port.js';
import { S3Storage } from './s3.storage.js';

const absentKey = '0'.repeat(64);
const content = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(content).digest('hex');
let folder: string;
let server: S3rver;
let settings: S3Settings;
/** s3rver takes any secret; this one answers as Amazon does where the signature is wrong. */
const strict = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end(request.method === 'HEAD' ? '' : '<Error><Code>SignatureDoesNotMatch</Code><Message>The signature does not match</Message></Error>');
  });
});
const strictUrl = (): string => `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contract-'));
  strict.listen(0, '127.0.0.1');
  await once(strict, 'listening');
  await writeFile(join(folder, 'source'), content);
  await writeFile(join(folder, 'small'), 'small');
  server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: join(folder, 's3'), configureBuckets: [{ name: 'brand-media', configs: [] }] });
  const { port } = await server.run();
  // The key pair that this server knows.
  settings = { bucket: 'brand-media', endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', isPathStyle: true };
});
afterAll(async () => {
  await server?.close();
  strict.close();
  await rm(folder, { recursive: true, force: true });
});

async function listed(storage: ObjectStorage, prefix: string): Promise<ListedObject[]> {
  const found = [];
  for await (const object of storage.list(prefix)) found.push(object);
  return found;
}

describe.each<[string, () => LocalDiskStorage | S3Storage]>([
  ['LocalDiskStorage', () => new LocalDiskStorage(join(folder, 'media'), new SystemClock())],
  ['S3Storage', () => new S3Storage(settings)],
])('%s', (_name, open) => {
  let storage: LocalDiskStorage | S3Storage;
  beforeAll(async () => {
    storage = open();
    await storage.onModuleInit();
  });

  it('names an object by its content and gives its bytes back, whole and in part', async () => {
    expect(await storage.put(join(folder, 'source'))).toEqual({ key: sha256, sha256, sizeBytes: content.length });
    expect(await storage.stat(sha256)).toEqual({ sizeBytes: content.length });
    expect((await buffer(await storage.open(sha256))).equals(content)).toBe(true);
    expect((await buffer(await storage.open(sha256, { start: 10, end: 19 }))).equals(content.subarray(10, 20))).toBe(true);
    expect((await buffer(await storage.open(sha256, { start: content.length - 5 }))).equals(content.subarray(-5))).toBe(true);
  });

  it('stores the same bytes once, also for writers at the same time', async () => {
    const stored = await Promise.all(Array.from({ length: 5 }, () => storage.put(join(folder, 'source'))));
    expect(new Set(stored.map(({ key }) => key))).toEqual(new Set([sha256]));
    expect((await listed(storage, sha256.slice(0, 2))).filter(({ key }) => key === sha256)).toHaveLength(1);
  });

  it('lists by prefix, with the time of the last put', async () => {
    const { key } = await storage.put(join(folder, 'small'));
    const found = (await listed(storage, key.slice(0, 2))).find((object) => object.key === key);
    expect(Math.abs((found?.storedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await listed(storage, key.slice(0, 4))).toHaveLength(1);
    expect((await listed(storage, '')).map((object) => object.key)).toContain(key);
  });

  it('deletes only what is older than asked, and anything without complaint', async () => {
    const { key } = await storage.put(join(folder, 'small'));
    expect(await storage.deleteOlder(key, new Date(Date.now() - 3_600_000))).toBe(false);
    expect(await storage.stat(key)).toEqual({ sizeBytes: 5 });
    const outcomes = await Promise.all([1, 2].map(() => storage.deleteOlder(key, new Date(Date.now() + 3_600_000))));
    expect(outcomes).toContain(true);
    expect(await storage.stat(key)).toBeNull();
    expect(await storage.deleteOlder(key, new Date())).toBe(false);
    await storage.delete(key);
  });

  it('does not find what is not there', async () => {
    await expect(storage.open(absentKey)).rejects.toMatchObject({ code: 'not_found' });
    expect(await storage.stat(absentKey)).toBeNull();
    await expect(storage.open('../source')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('fails for a source that is not there, and stores nothing', async () => {
    await expect(storage.put(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('S3Storage', () => {
  it.each<[string, () => Partial<S3Settings>]>([
    ['a bucket that is not there', () => ({ bucket: 'nobodys-bucket' })],
    ['a server that is away', () => ({ endpoint: 'http://127.0.0.1:9' })],
    ['an access key that it does not know', () => ({ accessKeyId: 'NOBODY' })],
    ['a secret that is not that of the key', () => ({ endpoint: strictUrl(), secretAccessKey: 'wrong' })],
  ])('does not start with %s', async (_name, wrong) => {
    await expect(new S3Storage({ ...settings, ...wrong() }).onModuleInit()).rejects.toThrow(SettingsError);
  });

  it.each<[string, () => Partial<S3Settings>]>([
    ['a bucket that is gone', () => ({ bucket: 'nobodys-bucket' })],
    ['a server that is away', () => ({ endpoint: 'http://127.0.0.1:9' })],
    ['an access key that it does not know', () => ({ accessKeyId: 'NOBODY' })],
    ['a secret that is not that of the key', () => ({ endpoint: strictUrl(), secretAccessKey: 'wrong' })],
  ])('answers that it is not available for %s, and stores nothing', async (_name, wrong) => {
    const storage = new S3Storage({ ...settings, ...wrong() });
    const unavailable = { code: 'service_unavailable', status: 503, retryable: true };
    await writeFile(join(folder, 'never'), 'never stored');
    const key = createHash('sha256').update('never stored').digest('hex');
    await expect(storage.put(join(folder, 'never'))).rejects.toMatchObject(unavailable);
    await expect(storage.open(key)).rejects.toMatchObject(unavailable);
    expect(await new S3Storage(settings).stat(key)).toBeNull();
  });
});
