import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { eventually } from '../testing/graph-client.fixture.js';
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
    await control.advance(23 * HOUR - 60_000);
    expect((await me.publish(id)).outcome).toBe('9/2207042');
    await control.advance(60_000);
    expect((await me.publish(id)).outcome).toBe('ok');
    expect((await me.get('/me/content_publishing_limit')).at('data', 0, 'quota_usage')).toBe(2);
  });

  it('§1.6 content_publishing_limit counts since a moment within the last 24 h and knows its fields', async () => {
    const me = await control.account();
    await me.publishNow({ image_url: photo });
    await control.advance(2 * HOUR);
    const now = Math.floor(Date.parse((await control.get('/clock')).text('now')) / 1000);
    const usedSince = async (since: number): Promise<unknown> => (await me.get('/me/content_publishing_limit', { since: String(since) })).at('data', 0, 'quota_usage');
    expect([await usedSince(now - 3600), await usedSince(now - 3 * 3600)]).toEqual([0, 1]);
    expect((await me.get('/me/content_publishing_limit', { since: String(now - 90_000) })).outcome).toBe('100');
    expect((await me.get('/me/content_publishing_limit', { fields: 'quota_left' })).outcome).toBe('100');
  });

  it('§1.6 parts of config can be asked for', async () => {
    const me = await control.account({ quota_total: 7 });
    expect((await me.get('/me/content_publishing_limit', { fields: 'config{quota_total}' })).body).toEqual({ data: [{ config: { quota_total: 7 } }] });
    expect((await me.get('/me/content_publishing_limit', { fields: 'config{quota_left}' })).outcome).toBe('100');
  });

  it('§1.6 of calls racing for the last post of the quota one gets it', async () => {
    const me = await control.account({ quota_total: 1 });
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await me.create({ image_url: photo })).text('id')));
    const outcomes = (await Promise.all(ids.map((id) => me.publish(id)))).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual([...Array<string>(7).fill('9/2207042'), 'ok']);
    expect((await control.ledger(me)).list('media')).toHaveLength(1);
  });

  it('§1.6 a scripted duplicate uses the quota twice, and is none where only one post is left', async () => {
    const published = async (quota: number): Promise<unknown[]> => {
      const me = await control.account({ quota_total: quota });
      const id = (await me.create({ image_url: photo })).text('id');
      await control.post('/faults', { match: { path: '/*/media_publish', account: me.userId }, fault: { kind: 'duplicate' } });
      return [(await me.publish(id)).outcome, (await control.ledger(me)).list('media').length, (await me.get('/me/content_publishing_limit')).at('data', 0, 'quota_usage')];
    };
    expect([await published(2), await published(1)]).toEqual([['ok', 2, 2], ['ok', 1, 1]]);
  });

  it('§1.3 an album whose items have expired meanwhile is not published: 24/2207008', async () => {
    const me = await control.account();
    const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
    const children = [await item(), await item()];
    await control.advance(23 * HOUR);
    const album = (await me.create({ media_type: 'CAROUSEL', children })).text('id');
    await control.advance(HOUR);
    expect([await me.status(album), (await me.publish(album)).outcome]).toEqual(['FINISHED', '24/2207008']);
    expect((await control.ledger(me)).list('media')).toEqual([]);
  });

  it.each(['FINISHED', 'ERROR'])('§1.3 what is still IN_PROGRESS after 24 h is EXPIRED and stays so, whether it would have been %s', async (end) => {
    const me = await control.account({}, { processing_ms: 24 * HOUR });
    if (end === 'ERROR') await control.post('/faults', { match: { path: '/*/media', account: me.userId }, fault: { kind: 'error', preset: 'status/2207082' } });
    const id = (await me.create({ image_url: photo })).text('id');
    await control.advance(24 * HOUR - 60_000);
    expect(await me.status(id)).toBe('IN_PROGRESS');
    await control.advance(60_000);
    expect(await me.status(id)).toBe('EXPIRED');
    await control.advance(HOUR);
    expect([await me.status(id), (await me.publish(id)).outcome]).toEqual(['EXPIRED', '24/2207008']);
  });

  it('§1.3 a download that fails after 24 h leaves its container EXPIRED', async () => {
    const me = await control.account();
    let fail = (): void => undefined;
    const film = host.on((response) => { fail = () => { response.destroy(); }; response.writeHead(200, { 'content-type': 'video/mp4' }).write('x'); });
    const id = (await me.create({ media_type: 'REELS', video_url: film })).text('id');
    await eventually(() => Promise.resolve(host.hits(film) === 1 ? true : null));
    await control.advance(24 * HOUR);
    fail();
    const after = (await me.create({ media_type: 'REELS', video_url: 'http://127.0.0.1:9/a.mp4' })).text('id');
    await me.settled(after);
    expect(await me.status(id)).toBe('EXPIRED');
  });

  it('§1.3 a container that has failed is still ERROR after 24 h', async () => {
    const me = await control.account();
    const id = (await me.create({ media_type: 'REELS', video_url: 'http://127.0.0.1:9/a.mp4' })).text('id');
    await me.settled(id);
    await control.advance(25 * HOUR);
    expect(await me.status(id)).toBe('ERROR');
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
    await control.advance(23 * HOUR);
    expect((await me.create({ image_url: photo })).outcome).toBe('9/2207042');
    await control.advance(HOUR);
    expect((await me.create({ image_url: photo })).outcome).toBe('ok');
  });
});
