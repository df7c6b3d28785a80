import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { GraphClient, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

const DAY = 86_400_000;

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

  it.each(['instagram', 'facebook'])('§9.1 stories of the last 24 h are an edge of their own, with %s login', async (login) => {
    const fresh = await control.account();
    const token = login === 'instagram' ? fresh.token : (await control.get(`/accounts/${fresh.userId}`)).text('facebook', 'page_token');
    const client = new GraphClient(login === 'instagram' ? sandbox.url : `${sandbox.url}/graph.facebook.com`, token, fresh.userId, fresh.username);
    const photo = host.put(await jpeg(), 'image/jpeg');
    const first = await fresh.publishNow({ media_type: 'STORIES', image_url: photo });
    await fresh.publishNow({ image_url: photo });
    await control.advance(DAY - 60_000);
    const second = await fresh.publishNow({ media_type: 'STORIES', image_url: photo });
    expect((await client.get(`/${fresh.userId}/stories`)).list('data')).toEqual([{ id: second }, { id: first }]);
    await control.advance(60_000);
    expect((await client.get(`/${fresh.userId}/stories`, { fields: 'media_product_type' })).list('data')).toEqual([{ id: second, media_product_type: 'STORY' }]);
    await control.advance(DAY);
    expect((await client.get(`/${fresh.userId}/stories`)).body).toEqual({ data: [] });
  });

  it('§9.1 posts and stories can be expanded in the account, with a link to the rest', async () => {
    const fresh = await control.account();
    const photo = host.put(await jpeg(), 'image/jpeg');
    const [first, second, third] = [await fresh.publishNow({ image_url: photo, caption: 'one' }), await fresh.publishNow({ image_url: photo, caption: 'two' }), await fresh.publishNow({ image_url: photo, caption: 'three' })];
    const story = await fresh.publishNow({ media_type: 'STORIES', image_url: photo });
    const read = await fresh.get('/me', { fields: 'username,media.limit(2){caption},stories' });
    expect(read.body).toEqual({
      id: expect.any(String), username: fresh.username, stories: { data: [{ id: story }] },
      media: { data: [{ id: third, caption: 'three' }, { id: second, caption: 'two' }], paging: { cursors: expect.any(Object), next: expect.stringContaining(`/v25.0/${fresh.userId}/media?`) } },
    });
    const rest = await send('GET', read.text('media', 'paging', 'next'));
    expect([rest.list('data'), rest.at('paging', 'next')]).toEqual([[{ id: first, caption: 'one' }], undefined]);
    expect((await fresh.get('/me', { fields: 'media{shoe_size}' })).outcome).toBe('100');
  });

  it('§9.1 refuses a cursor it never gave with code 100 (cursors are opaque)', async () => {
    expect((await me.get('/me/media', { after: 'nonsense' })).outcome).toBe('100');
  });

  it('§1.8 since must not be after until', async () => {
    expect((await me.get('/me/media', { since: '2', until: '1' })).outcome).toBe('100');
  });
});
