import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startRedis } from './redis-server.js';

describe('startRedis', () => {
  it('gives a Redis of its own, whatever the machine has, and takes it away again', { timeout: 120_000 }, async () => {
    const server = await startRedis();
    const redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => null });
    await redis.connect();
    expect(await redis.set('heliograph:test', 'yes')).toBe('OK');
    redis.disconnect();
    await server.stop();
  });
});
