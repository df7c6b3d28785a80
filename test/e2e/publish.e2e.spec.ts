import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { makeMov, makeMp4 } from '#testing/media/make-video';
import { startRedis, type TestRedis } from '#testing/redis-server';
import { Platform } from './platform/platform.js';

describe.each(['postgres', 'redis'] as const)('publishing with the queue on %s', (backend) => {
  let redis: TestRedis | null = null;
  let platform: Platform;

  beforeAll(async () => {
    redis = backend === 'redis' ? await startRedis() : null;
    platform = await Platform.start({ redisUrl: redis?.url ?? null, isUnhurried: backend === 'postgres' });
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await redis?.stop();
  });

  it('publishes an uploaded JPEG and reads it back with id and permalink', async () => {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', 'A picture'], ['media[]', { bytes: await makeJpeg({ width: 1080, height: 1080, seed: 1 }), filename: 'a.jpg' }]]);
    expect(created.status).toBe(201);
    expect(created.body.platforms[0]?.status).toBe('pending');
    const post = await platform.api.waitUntilProcessed(created.body.id);
    expect(post.platforms[0]).toMatchObject({ status: 'published', error: null });
    const { media } = await platform.ledger();
    const thread = created.headers.get('x-request-id') ?? '';
    expect(platform.apiProcess.log).toContain(thread);
    expect(platform.worker.log).toContain(thread);
    const live = media.find((item) => item.id === post.platforms[0]?.platform_id);
    expect(live).toMatchObject({ caption: 'A picture', media_product_type: 'FEED', permalink: post.platforms[0]?.permalink });
  });

  it('publishes a mixed carousel from URLs and an upload, in order', async () => {
    const host = await LoopbackMediaHost.start();
    try {
      const video = host.serve('/clip', await makeMp4({ seconds: 4, width: 320, height: 320 }), 'video/mp4');
      const fields = [
        ['profiles[]', 'instagram'], ['post[body]', 'Three things'],
        ['media[]', { bytes: await makePng({ width: 800, height: 800, seed: 2 }), filename: 'b.png' }],
        ['media[]', video],
        ['media[]', { bytes: await makeJpeg({ width: 800, height: 800, seed: 3 }), filename: 'c.jpg' }],
      ] as const;
      const created = await platform.api.uploadPost(fields);
      expect(created.status, JSON.stringify(created.body)).toBe(201);
      expect(created.body.media.map((item) => item.content_type)).toEqual(['image/jpeg', 'video/mp4', 'image/jpeg']);
      const post = await platform.api.waitUntilProcessed(created.body.id);
      expect(post.platforms[0]).toMatchObject({ status: 'published' });
      const live = (await platform.ledger()).media.find((item) => item.id === post.platforms[0]?.platform_id);
      expect(live).toMatchObject({ media_type: 'CAROUSEL_ALBUM', caption: 'Three things' });
      expect(live?.children.map((child) => child.media_type)).toEqual(['IMAGE', 'VIDEO', 'IMAGE']);
    } finally {
      await host.stop();
    }
  });

  it('publishes a reel from MOV with its first comment', async () => {
    const reel = { bytes: await makeMov({ seconds: 4, width: 320, height: 568 }), filename: 'reel.mov' };
    const created = await platform.api.uploadPost([
      ['profiles[]', 'instagram'], ['post[body]', 'Moving'], ['media[]', reel],
      ['platforms[instagram][format]', 'reel'], ['platforms[instagram][first_comment]', 'First!'],
    ]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    const post = await platform.api.waitUntilProcessed(created.body.id);
    expect(post.platforms[0]).toMatchObject({ status: 'published', error: null });
    const ledger = await platform.ledger();
    expect(ledger.media.find((item) => item.id === post.platforms[0]?.platform_id)).toMatchObject({ media_product_type: 'REELS' });
    expect(ledger.comments.filter((comment) => comment.media_id === post.platforms[0]?.platform_id).map((comment) => comment.text)).toEqual(['First!']);
  });

  it.each([
    ['image', async () => ({ bytes: await makeJpeg({ width: 1080, height: 1920, seed: 4 }), filename: 's.jpg' })],
    ['video', async () => ({ bytes: await makeMp4({ seconds: 4, width: 320, height: 568 }), filename: 's.mp4' })],
  ])('publishes a story with a %s', async (_kind, make) => {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', ''], ['media[]', await make()], ['platforms[instagram][format]', 'story']]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    const post = await platform.api.waitUntilProcessed(created.body.id);
    expect(post.platforms[0]).toMatchObject({ status: 'published' });
    expect((await platform.ledger()).media.find((item) => item.id === post.platforms[0]?.platform_id)).toMatchObject({ media_product_type: 'STORY' });
  });

  it('publishes a single video of format post as a reel shared to the feed', async () => {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', 'Clip'], ['media[]', { bytes: await makeMp4({ seconds: 4, width: 320, height: 400 }), filename: 'v.mp4' }]]);
    const post = await platform.api.waitUntilProcessed(created.body.id);
    expect(post.platforms[0]).toMatchObject({ status: 'published' });
    const { media, containers } = await platform.ledger();
    const live = media.find((item) => item.id === post.platforms[0]?.platform_id);
    expect(live).toMatchObject({ media_product_type: 'REELS' });
    expect(containers.find((container) => container.id === live?.container_id)?.share_to_feed).toBe(true);
  });

  it('publishes a scheduled post at its time and not before', async () => {
    const at = new Date(Date.now() + 4_000);
    const host = await LoopbackMediaHost.start();
    try {
      const url = host.serve('/later.jpg', await makeJpeg({ width: 640, height: 640, seed: 5 }), 'image/jpeg');
      const created = await platform.api.createPost({ post: { body: 'Later', scheduled_at: at.toISOString() }, media: [url] });
      expect(created.body).toMatchObject({ status: 'scheduled', scheduled_at: at.toISOString() });
      expect(created.body.media[0]?.source_url).toBe(url);
      const post = await platform.api.waitUntilProcessed(created.body.id);
      expect(new Date(post.platforms[0]?.published_at ?? 0).getTime()).toBeGreaterThanOrEqual(at.getTime());
    } finally {
      await host.stop();
    }
  });
});
