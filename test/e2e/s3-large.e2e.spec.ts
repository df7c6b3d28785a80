import { createReadStream, openAsBlob, readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMp4 } from '#testing/media/make-video';
import { Platform } from './platform/platform.js';

const size = 300_000_000;
const megabyte = 1_000_000;
const mebibyte = 1024 * 1024;
/** Of a process that moves a file of any size, beyond what it had: buffers, and a garbage collector that has no hurry. A third of the file. */
const mostGrowth = 100 * mebibyte;
const mostMemory = 400 * mebibyte;
const patience = AbortSignal.timeout(500_000);

/** The "memory stays flat", where files go through the process into a bucket and back out of it. */
describe('a video of 300 MB and an S3 bucket', () => {
  let folder: string;
  let server: S3rver;
  let platform: Platform;
  let [small, large]: [string, string] = ['', ''];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 's3-large-'));
    [small, large] = [join(folder, 'small.mp4'), join(folder, 'large.mp4')];
    server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: join(folder, 'buckets'), configureBuckets: [{ name: 'brand-media', configs: [] }] });
    const { port } = await server.run();
    platform = await Platform.start({ environment: { S3_BUCKET: 'brand-media', S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER', S3_FORCE_PATH_STYLE: 'on', FFMPEG_PATH: 'off' } });
    await writeFilm(small, 1, megabyte);
    await writeFilm(large, 2, size);
    // What is done for the first time costs once.
    for (const way of Object.values(ways)) await way(small, megabyte);
  }, 180_000);

  afterAll(async () => {
    await platform?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Puts the bytes to an upload, makes a post of it, and reads what Instagram would. */
  const rawly = async (path: string, bytes: number): Promise<void> => {
    const made = await platform.api.call<{ key: string; upload_url: string }>('POST', '/api/uploads', { size: bytes });
    const sent = await request(made.body.upload_url, { method: 'PUT', headers: { 'content-length': String(bytes) }, body: createReadStream(path), signal: patience });
    expect([sent.statusCode, await sent.body.json()]).toEqual([200, { key: made.body.key, size: bytes }]);
    await post(JSON.stringify({ ...draft('raw'), media: [made.body.key] }), bytes, { 'content-type': 'application/json' });
  };

  const byForm = async (path: string, bytes: number): Promise<void> => {
    const form = new FormData();
    form.append('profiles[]', 'instagram');
    form.append('post[body]', `form ${bytes}`);
    form.append('post[draft]', 'true');
    form.append('media[]', await openAsBlob(path), 'film.mp4');
    await post(form, bytes);
  };
  const ways = { 'raw upload': rawly, 'form': byForm };
  const draft = (name: string): object => ({ profiles: ['instagram'], post: { body: name, draft: true } });

  const post = async (body: string | FormData, bytes: number, headers: Record<string, string> = {}): Promise<void> => {
    const created = await fetch(`${platform.api.url}/api/posts`, { method: 'POST', headers: { ...headers, authorization: `Bearer ${platform.api.key}` }, body, signal: patience });
    const answer = (await created.json()) as { media?: { url: string; size_bytes: number }[] };
    expect(created.status, JSON.stringify(answer)).toBe(201);
    expect(answer.media?.[0]?.size_bytes).toBe(bytes);
    const link = await request(answer.media?.[0]?.url ?? '', { signal: patience });
    let read = 0;
    for await (const chunk of link.body) read += (chunk as Buffer).length;
    expect([link.statusCode, read]).toEqual([200, bytes]);
  };

  it.each(Object.entries(ways))('leave the memory of the API flat: %s, then the link', async (_way, send) => {
    const memory = new MemoryWatch(platform.apiProcess.pid);
    try {
      await send(large, size);
    } finally {
      memory.end();
    }
    expect(memory.peak - memory.before).toBeLessThan(mostGrowth);
    expect(memory.peak).toBeLessThan(mostMemory);
  }, 500_000);
});

/** Looks at the resident memory of a process twenty times a second. */
class MemoryWatch {
  readonly before: number;
  peak: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.before = this.peak = this.now();
    this.timer = setInterval(() => (this.peak = Math.max(this.peak, this.now())), 50);
  }

  end(): void {
    clearInterval(this.timer);
    this.peak = Math.max(this.peak, this.now());
  }

  private now(): number {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) * 1024;
  }
}

/** A film, and a box that players skip; its hole costs no disk here. */
async function writeFilm(path: string, seed: number, length: number): Promise<void> {
  const film = await makeMp4({ seconds: 4, width: 320, height: 320, seed });
  const box = Buffer.alloc(8);
  box.writeUInt32BE(length - film.length, 0);
  box.write('free', 4, 'latin1');
  await writeFile(path, Buffer.concat([film, box]));
  await truncate(path, length);
}
