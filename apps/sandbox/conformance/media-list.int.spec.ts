import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type GraphClient, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

describe('GET /{ig-id}/media', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  const posts: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    me = await control.account();
    const photo = host.put(await jpeg(), 'image/jpeg');
    for (let index = 0; index < 5; index += 1) {
      posts.unshift(await me.publishNow({ image_url: photo, caption: `post ${String(index)}` }));
      await control.advance(60_000);
    }
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const idsOf = (items: unknown[]): unknown[] => items.map((item) => (typeof item === 'object' && item !== null && 'id' in item ? item.id : item));

  it('§1.8 lists newest first with only id by default', async () => {
    expect((await me.get('/me/media')).list('data')).toEqual(posts.map((id) => ({ id })));
  });

  it('§9.1 pages forward by next links until there is none, each post once', async () => {
    const seen: unknown[] = [];
    let page = await me.get(`/${me.userId}/media`, { limit: '2', fields: 'id,caption' });
    seen.push(...idsOf(page.list('data')));
    while (page.at('paging', 'next') !== undefined) {
      page = await send('GET', page.text('paging', 'next'));
      seen.push(...idsOf(page.list('data')));
      expect(page.at('data', 0, 'caption')).toEqual(expect.any(String));
    }
    expect(seen).toEqual(posts);
    expect(page.at('paging', 'cursors', 'after')).toEqual(expect.any(String));
  });

  it('§9.1 pages back by the before cursor', async () => {
    const second = await me.get('/me/media', { limit: '2', after: (await me.get('/me/media', { limit: '2' })).text('paging', 'cursors', 'after') });
    const first = await me.get('/me/media', { limit: '2', before: second.text('paging', 'cursors', 'before') });
    expect(idsOf(first.list('data'))).toEqual(posts.slice(0, 2));
    expect(first.at('paging', 'previous')).toBeUndefined();
  });

  it('§9.1 a page keeps its place when a new post arrives in front', async () => {
    const after = (await me.get('/me/media', { limit: '2' })).text('paging', 'cursors', 'after');
    await me.publishNow({ image_url: host.put(await jpeg(), 'image/jpeg') });
    expect(idsOf((await me.get('/me/media', { limit: '2', after })).list('data'))).toEqual(posts.slice(2, 4));
  });

  it('§1.8 since and until bound the time of publishing', async () => {
    const stamp = Date.parse((await me.get(`/${String(posts[2])}`, { fields: 'timestamp' })).text('timestamp').replace('+0000', 'Z')) / 1000;
    const only = await me.get('/me/media', { since: String(stamp), until: String(stamp) });
    expect(idsOf(only.list('data'))).toEqual([posts[2]]);
  });

  it('§1.8 stories are not listed', async () => {
    const story = await me.publishNow({ media_type: 'STORIES', image_url: host.put(await jpeg(), 'image/jpeg') });
    expect(idsOf((await me.get('/me/media')).list('data'))).not.toContain(story);
  });

  it('§9.1 refuses a cursor it never gave with code 100 (cursors are opaque)', async () => {
    expect((await me.get('/me/media', { after: 'nonsense' })).outcome).toBe('100');
  });

  it('§1.8 since must not be after until', async () => {
    expect((await me.get('/me/media', { since: '2', until: '1' })).outcome).toBe('100');
  });
});
