import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { startRedis, type TestRedis } from '#testing/redis-server';
import { Platform } from './platform/platform.js';

type Backend = 'postgres' | 'redis';

/** Queues on both at once: most of the time is spent waiting for leases to end. */
describe('a worker that dies in the middle, queue on PostgreSQL and on Redis', () => {
  let redis: TestRedis | null = null;
  const platforms = new Map<Backend, Platform>();

  beforeAll(async () => {
    redis = await startRedis();
    const urls: [Backend, string | null][] = [['postgres', null], ['redis', redis.url]];
    await Promise.all(urls.map(async ([backend, redisUrl]) => platforms.set(backend, await Platform.start({ redisUrl }))));
  }, 120_000);

  afterAll(async () => {
    await Promise.all([...platforms.values()].map((platform) => platform.close()));
    await redis?.stop();
  });

  const onBoth = async (scenario: (platform: Platform, backend: Backend) => Promise<void>): Promise<void> => {
    await Promise.all([...platforms].map(([backend, platform]) => scenario(platform, backend)));
  };
  const create = async (platform: Platform, body: string): Promise<string> => {
    const file = { bytes: await makeJpeg({ width: 640, height: 640, seed: body.length }), filename: 'a.jpg' };
    return (await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', body], ['media[]', file]])).body.id;
  };
  const live = async (platform: Platform, body: string) => (await platform.ledger()).media.filter((item) => item.caption === body);

  it('publishes once when it is killed while the publishing call is out', () => onBoth(async (platform, backend) => {
    // The answer is held back after the effect: the post is live and the worker does not know.
    await platform.sandbox.fault({ method: 'POST', path: '/*/media_publish' }, { kind: 'delay', ms: 20_000 });
    const id = await create(platform, `killed on ${backend}`);
    await expect.poll(async () => (await platform.ledger()).calls['POST /media_publish'] ?? 0, { timeout: 20_000, interval: 50 }).toBe(1);
    await platform.worker.kill();
    await platform.sandbox.clearFaults();
    await platform.worker.start();
    const post = await platform.api.waitUntilProcessed(id, 90_000);
    expect(post.platforms[0]?.status).toBe('published');
    expect(await live(platform, `killed on ${backend}`)).toHaveLength(1);
  }), 120_000);

  it('goes on where it was when it is stopped in order while the container is processed', () => onBoth(async (platform, backend) => {
    await platform.sandbox.settings(platform.account.user_id, { processing_ms: 3_000 });
    const id = await create(platform, `parked on ${backend}`);
    await expect.poll(async () => (await platform.ledger()).calls['POST /media'] ?? 0, { timeout: 20_000, interval: 50 }).toBeGreaterThanOrEqual(2);
    expect(await platform.worker.stop()).toBe(0);
    await platform.worker.start();
    const post = await platform.api.waitUntilProcessed(id);
    expect(post.platforms[0]?.status).toBe('published');
    expect(await live(platform, `parked on ${backend}`)).toHaveLength(1);
    expect((await platform.ledger()).containers).toHaveLength(2);
  }), 60_000);
});
