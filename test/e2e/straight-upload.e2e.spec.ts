import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMp4 } from '#testing/media/make-video';
import { Platform } from './platform/platform.js';
import { UploadLine } from './platform/upload-line.js';
import type { PostView } from './platform/api-client.js';

/** Nothing answers there: whatever is live has been sent. */
const nowhere = 'http://127.0.0.1:9';
const padding = 6_000_000;
const passBytes = 1_000_000;

/** A box that players skip, so that there is something to send. */
async function film(seconds = 4): Promise<Buffer> {
  const box = Buffer.alloc(padding, 5);
  box.writeUInt32BE(padding, 0);
  box.write('free', 4, 'latin1');
  return Buffer.concat([await makeMp4({ seconds, width: 320, height: 568 }), box]);
}

describe.each(['facebook', 'instagram'] as const)('videos sent straight to Instagram, %s login', (login) => {
  let line: UploadLine;
  let platform: Platform;

  beforeAll(async () => {
    line = await UploadLine.start(passBytes);
    const isFacebook = login === 'facebook';
    const environment = isFacebook
      ? { INSTAGRAM_GRAPH_URL: `${line.url}/graph.facebook.com`, PUBLIC_URL: nowhere }
      : { INSTAGRAM_GRAPH_URL: line.url, INSTAGRAM_VIDEO_UPLOAD: 'always' };
    platform = await Platform.start({ login, environment });
    line.target = platform.sandbox.url;
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await line?.stop();
  });

  const post = async (body: string, format = 'reel'): Promise<PostView> => {
    const fields = [['profiles[]', 'instagram'], ['post[body]', body], ['platforms[instagram][format]', format], ['media[]', { bytes: await film(), filename: 'a.mp4' }]] as const;
    const created = await platform.api.uploadPost([...fields]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    return created.body;
  };
  const live = async (caption: string): Promise<number> => (await platform.ledger()).media.filter((item) => item.caption === caption).length;

  if (login === 'instagram') {
    it('falls back to the link where the login refuses', async () => {
      const done = await platform.api.waitUntilProcessed((await post('refused')).id, 60_000);
      expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
      expect(await live('refused')).toBe(1);
      expect(line.offsets).toEqual([]);
    }, 90_000);
    return;
  }

  it('publishes a reel although nothing can be fetched from here', async () => {
    const done = await platform.api.waitUntilProcessed((await post('sent')).id, 60_000);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    expect(await live('sent')).toBe(1);
    const { containers } = await platform.ledger();
    expect(containers.map(({ video_url }) => video_url)).toEqual([null]);
  }, 90_000);

  it('goes on where a transfer was cut', async () => {
    line.offsets.length = 0;
    line.next = 'cut';
    const done = await platform.api.waitUntilProcessed((await post('cut')).id, 60_000);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    expect(line.offsets).toEqual([0, expect.any(Number)]);
    expect(line.offsets[1]).toBeGreaterThan(0);
    expect(await live('cut')).toBe(1);
  }, 90_000);

  it('goes on after the worker was killed in the middle, and publishes once', async () => {
    line.offsets.length = 0;
    line.next = 'hold';
    const { id } = await post('killed');
    await expect.poll(() => line.held, { timeout: 30_000 }).toBe(1);
    const before = (await platform.ledger()).containers.length;
    await platform.worker.kill();
    await platform.worker.start();
    const done = await platform.api.waitUntilProcessed(id, 90_000);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    expect(line.offsets[0]).toBe(0);
    expect(line.offsets.at(-1)).toBeGreaterThan(0);
    expect((await platform.ledger()).containers.length).toBe(before);
    expect(await live('killed')).toBe(1);
  }, 150_000);

  it('stops at once when asked to, and goes on after the next start', async () => {
    line.offsets.length = 0;
    line.next = 'hold';
    const { id } = await post('stopped');
    await expect.poll(() => line.held, { timeout: 30_000 }).toBe(2);
    const asked = performance.now();
    await platform.worker.stop();
    expect(performance.now() - asked).toBeLessThan(10_000);
    await platform.worker.start();
    const done = await platform.api.waitUntilProcessed(id, 60_000);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    expect(await live('stopped')).toBe(1);
  }, 120_000);
});
