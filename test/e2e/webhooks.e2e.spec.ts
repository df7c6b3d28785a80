import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { startRedis, type TestRedis } from '#testing/redis-server';
import { Platform } from './platform/platform.js';

interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly id: string;
}
interface Event {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
}
interface Feed {
  readonly data: readonly Event[];
  readonly next_cursor: string;
  readonly has_more: boolean;
}

describe.each(['postgres', 'redis'] as const)('webhooks with the queue on %s', (backend) => {
  let [platform, receiver, redis, sql]: [Platform, Server, TestRedis | null, Client] = [] as never;
  let arrivals: Arrival[] = [];
  let [secret, media] = ['', ''];

  beforeAll(async () => {
    redis = backend === 'redis' ? await startRedis() : null;
    platform = await Platform.start({ redisUrl: redis?.url ?? null, environment: { WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_PORTS: 'any', API_RATE_LIMIT: '0' } });
    sql = new Client({ connectionString: platform.database.url });
    await sql.connect();
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        arrivals.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), id: String(request.headers['webhook-id']) });
        response.end('ok');
      });
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    const made = await platform.api.call<{ secret: string }>('POST', '/api/webhooks', { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, events: ['*'] });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    ({ secret } = made.body);
  }, 120_000);

  afterAll(async () => {
    await sql?.end();
    await platform?.close();
    receiver?.closeAllConnections();
    receiver?.close();
    await redis?.stop();
  });

  async function feed(): Promise<{ events: Event[]; texts: Map<string, string> }> {
    const events: Event[] = [];
    for (let after = '0', pages = 0; pages < 100; pages += 1) {
      const { status, body } = await platform.api.call<Feed>('GET', `/api/events?after=${after}`);
      expect(status).toBe(200);
      events.push(...body.data);
      if (!body.has_more) break;
      after = body.next_cursor;
    }
    return { events, texts: new Map(events.map((event) => [event.id, JSON.stringify(event)])) };
  }

  it('bring what happened to a post, signed, and with the bytes of the feed', async () => {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', 'Told to everybody'], ['media[]', { bytes: await makeJpeg({ width: 640, height: 640, seed: 9 }), filename: 'a.jpg' }]]);
    media = created.body.media[0]?.id ?? '';
    await platform.api.waitUntilProcessed(created.body.id);
    await expect.poll(() => arrivals.some(({ body }) => body.includes('"post.processed"'))).toBe(true);
    const verifier = new Webhook(secret);
    for (const { headers, body } of arrivals) {
      expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({ object: 'event' });
      expect(() => verifier.verify(body.replace('event', 'evenT'), headers as Record<string, string>)).toThrow(/signature/i);
    }
    const { events, texts } = await feed();
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['post.created', 'platform_post.published', 'post.processed']));
    await expect.poll(() => new Set(arrivals.map(({ id }) => id)).size).toBe(events.length);
    for (const { id, body } of arrivals) expect(body).toBe(texts.get(id));
  });

  // Half of its time is the wait for leases of the dead.
  it.runIf(backend === 'postgres')('arrive all the same when the worker is killed again and again, and nothing is missing in the numbers', async () => {
    arrivals = [];
    const before = (await feed()).events.length;
    const posts = 150;
    let made = 0;
    const client = async (): Promise<void> => {
      while (made < posts) {
        made += 1;
        const { status } = await platform.api.call('POST', '/api/posts', { post: { body: `Draft ${made}`, draft: true }, profiles: ['instagram'], media: [media] });
        if (status !== 201) throw new Error(`A draft was answered with ${status}`);
      }
    };
    const posting = Promise.all([client(), client(), client()]);
    for (let kills = 0; kills < 4; kills += 1) {
      const seen = arrivals.length;
      await expect.poll(() => arrivals.length > seen || made >= posts).toBe(true);
      await platform.worker.kill();
      await platform.worker.start();
    }
    await posting;
    await expect.poll(async () => (await feed()).events.length, { timeout: 60_000 }).toBe(before + posts);
    const { events, texts } = await feed();
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: events.length }, (_, index) => index + 1));
    const wanted = events.slice(before).map(({ id }) => id);
    // A delivery whose outcome died with a worker waits for the end of its lease.
    await expect.poll(() => wanted.filter((id) => !arrivals.some((arrival) => arrival.id === id)), { timeout: 90_000 }).toEqual([]);
    for (const { id, body } of arrivals) expect(body).toBe(texts.get(id));
    await expect.poll(async () => (await sql.query("SELECT 1 FROM webhook_delivery WHERE state = 'pending'")).rows.length, { timeout: 90_000 }).toBe(0);
    const { rows: [{ attempts } = { attempts: 0 }] } = await sql.query<{ attempts: number }>('SELECT count(*)::int AS attempts FROM webhook_attempt WHERE event_id = ANY($1)', [wanted]);
    expect(attempts).toBeGreaterThanOrEqual(posts);
    expect(attempts).toBeLessThanOrEqual(arrivals.length);
  }, 240_000);
});
