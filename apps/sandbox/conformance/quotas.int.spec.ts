import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

const HOUR = 3_600_000;

describe('Time and quotas', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;
  let photo: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    host = await startMediaHost();
    photo = host.put(await jpeg(), 'image/jpeg');
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  it('§1.3 a container not published within 24 h is EXPIRED and answers 24/2207008', async () => {
    const me = await control.account();
    const id = (await me.create({ image_url: photo })).text('id');
    await control.advance(24 * HOUR - 60_000);
    expect(await me.status(id)).toBe('FINISHED');
    await control.advance(60_000);
    expect(await me.status(id)).toBe('EXPIRED');
    expect((await me.publish(id)).outcome).toBe('24/2207008');
  });

  it('§1.6 quota_total posts per rolling 24 h, then 9/2207042 until the oldest is a day old', async () => {
    const me = await control.account({ quota_total: 2 });
    await me.publishNow({ image_url: photo });
    await control.advance(HOUR);
    await me.publishNow({ media_type: 'STORIES', image_url: photo });
    const id = (await me.create({ image_url: photo })).text('id');
    expect((await me.publish(id)).outcome).toBe('9/2207042');
    const limit = await me.get('/me/content_publishing_limit', { fields: 'quota_usage,config' });
    expect(limit.body).toEqual({ data: [{ quota_usage: 2, config: { quota_total: 2, quota_duration: 86_400 } }] });
    await control.advance(23 * HOUR);
    expect((await me.publish(id)).outcome).toBe('ok');
  });

  it('§1.6 content_publishing_limit takes since within the last 24 h and knows its fields', async () => {
    const me = await control.account();
    const now = Math.floor(Date.parse((await control.get('/clock')).text('now')) / 1000);
    expect((await me.get('/me/content_publishing_limit', { since: String(now - 3600) })).outcome).toBe('ok');
    expect((await me.get('/me/content_publishing_limit', { since: String(now - 90_000) })).outcome).toBe('100');
    expect((await me.get('/me/content_publishing_limit', { fields: 'quota_left' })).outcome).toBe('100');
  });

  it('§1.6 without fields only quota_usage comes back', async () => {
    const me = await control.account();
    expect((await me.get('/me/content_publishing_limit')).body).toEqual({ data: [{ quota_usage: 0 }] });
  });

  it('§1.6 the quota is enforced at publishing, not at creation; a carousel is one post', async () => {
    const me = await control.account({ quota_total: 1 });
    const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
    await me.publishNow({ media_type: 'CAROUSEL', children: [await item(), await item()] });
    const id = (await me.create({ image_url: photo })).text('id');
    expect([await me.status(id), (await me.publish(id)).outcome]).toEqual(['FINISHED', '9/2207042']);
  });

  it('§1.3 400 containers per rolling 24 h', async () => {
    const me = await control.account();
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all(Array.from({ length: 20 }, () => me.create({ image_url: photo })));
    }
    expect((await me.create({ image_url: photo })).outcome).toBe('9/2207042');
    expect((await control.ledger(me)).list('containers')).toHaveLength(400);
    await control.advance(24 * HOUR);
    expect((await me.create({ image_url: photo })).outcome).toBe('ok');
  });
});
