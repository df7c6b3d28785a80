import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { TestProcess } from './platform/child-process.js';
import { Platform } from './platform/platform.js';

describe('media in an S3 bucket', () => {
  let folder: string;
  let server: S3rver | null;
  let platform: Platform;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 's3-e2e-'));
    server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder, configureBuckets: [{ name: 'brand-media', configs: [] }] });
    const { port } = await server.run();
    environment = { S3_BUCKET: 'brand-media', S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER', S3_FORCE_PATH_STYLE: 'on' };
    platform = await Platform.start({ environment });
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const post = async (body: string, file: Buffer, filename: string): ReturnType<Platform['api']['uploadPost']> =>
    platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', body], ['media[]', { bytes: file, filename }]]);

  it.each([
    ['a picture', () => makeJpeg({ width: 640, height: 640, seed: 11 }), 'a.jpg', 'image_url'],
    ['a video', () => makeMp4({ seconds: 4, width: 320, height: 568 }), 'a.mp4', 'video_url'],
  ] as const)('publishes %s, whose link answers GET, HEAD and Range as from disk', async (name, make, filename, field) => {
    const created = await post(name, await make(), filename);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    const done = await platform.api.waitUntilProcessed(created.body.id, 60_000);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    const link = (await platform.ledger()).containers.find(({ caption }) => caption === name)?.[field] ?? '';
    const whole = await fetch(link);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const head = await fetch(link, { method: 'HEAD' });
    for (const header of ['content-type', 'content-length', 'etag', 'accept-ranges']) expect(head.headers.get(header)).toBe(whole.headers.get(header));
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    const part = await fetch(link, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
  }, 90_000);

  it.each([
    ['a bucket that is not there', { S3_BUCKET: 'nobodys-bucket' }],
    ['an access key that the server does not know', { S3_ACCESS_KEY_ID: 'NOBODY' }],
  ])('does not start with %s, and says which settings to look at', async (_name, wrong) => {
    const api = new TestProcess('apps/api/main.js', {
      HOST: '127.0.0.1', PORT: '0', DATABASE_URL: platform.database.url, HELIOGRAPH_DATA: platform.dataDir, INSTAGRAM_GRAPH_URL: platform.sandbox.url,
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`, ...environment, ...wrong,
    });
    await expect(api.start()).rejects.toThrow(/S3_BUCKET|S3_ENDPOINT/);
  }, 60_000);

  it('answers 503 while S3 is away, and stores no post', async () => {
    await server?.close();
    server = null;
    const before = (await platform.ledger()).containers.length;
    const refused = await post('never', await makeJpeg({ width: 640, height: 640, seed: 12 }), 'b.jpg');
    expect([refused.status, refused.body]).toEqual([503, expect.objectContaining({ code: 'service_unavailable', retryable: true })]);
    expect((await platform.ledger()).containers.length).toBe(before);
  }, 60_000);
});
