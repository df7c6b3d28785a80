import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { Platform } from './platform/platform.js';
import { UploadLine } from './platform/upload-line.js';
import type { PostView, UploadFile } from './platform/api-client.js';

const padding = 6_000_000;
const passBytes = 1_000_000;

async function picture(seed: number): Promise<UploadFile> {
  return { bytes: await makeJpeg({ width: 640, height: 640, seed }), filename: 'a.jpg' };
}

/** With a box that players skip, so that there is something to send. */
async function film(seed: number): Promise<UploadFile> {
  const box = Buffer.alloc(padding, 5);
  box.writeUInt32BE(padding, 0);
  box.write('free', 4, 'latin1');
  return { bytes: Buffer.concat([await makeMp4({ seconds: 4, width: 320, height: 320, seed }), box]), filename: 'a.mp4' };
}

describe('carousels whose videos are sent straight to Instagram', () => {
  let line: UploadLine;
  let platform: Platform;

  beforeAll(async () => {
    line = await UploadLine.start(passBytes);
    platform = await Platform.start({ login: 'facebook', environment: { INSTAGRAM_GRAPH_URL: `${line.url}/graph.facebook.com` } });
    line.target = platform.sandbox.url;
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await line?.stop();
  });

  const post = async (body: string, files: readonly UploadFile[]): Promise<PostView> => {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', body], ...files.map((file) => ['media[]', file] as const)]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    return created.body;
  };

  /** One post, made of exactly one container for each item, videos without a link. */
  const expectPublishedOnce = async (id: string, caption: string, kinds: readonly string[], containersBefore: number): Promise<void> => {
    const done = await platform.api.waitUntilProcessed(id, 90_000);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    const { containers, media } = await platform.ledger();
    expect(media.filter((item) => item.caption === caption).map(({ children }) => children.map(({ media_type }) => media_type))).toEqual([kinds]);
    const made = containers.slice(containersBefore);
    expect(made.filter(({ media_type }) => media_type === 'CAROUSEL')).toHaveLength(1);
    const items = made.filter(({ is_carousel_item: isItem }) => isItem);
    expect(items.map(({ is_upload: isUpload, image_url: image, video_url: video }) => [isUpload, image !== null, video !== null]))
      .toEqual(kinds.map((kind) => (kind === 'VIDEO' ? [true, false, false] : [false, true, false])));
  };

  it('are published, pictures by link and videos by their bytes', async () => {
    const before = (await platform.ledger()).containers.length;
    const { id } = await post('both', [await picture(1), await film(1)]);
    await expectPublishedOnce(id, 'both', ['IMAGE', 'VIDEO'], before);
    expect(line.offsets).toEqual([0]);
  }, 120_000);

  it('go on where the worker was killed in the middle of the second video, and send nothing twice', async () => {
    const before = (await platform.ledger()).containers.length;
    line.offsets.length = 0;
    line.onFile = (count) => (count === 2 ? 'hold' : 'pass');
    const { id } = await post('killed', [await film(2), await picture(2), await film(3)]);
    await expect.poll(() => line.held, { timeout: 60_000 }).toBe(1);
    expect((await platform.ledger()).containers.length).toBe(before + 3);
    await platform.worker.kill();
    await platform.worker.start();
    await expectPublishedOnce(id, 'killed', ['VIDEO', 'IMAGE', 'VIDEO'], before);
    expect(line.offsets).toEqual([0, 0, expect.any(Number)]);
    expect(line.offsets[2]).toBeGreaterThan(0);
  }, 180_000);
});
