import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { GraphClient } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

describe('Comments (§4)', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  let media: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    me = await control.account();
    media = await me.publishNow({ image_url: host.put(await jpeg(), 'image/jpeg') });
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  it('are created, listed newest first with default fields, and counted', async () => {
    const first = (await me.post(`/${media}/comments`, { message: 'one #tag' })).text('id');
    const second = (await me.post(`/${media}/comments`, { message: 'two' })).text('id');
    const list = await me.get(`/${media}/comments`);
    expect(list.list('data')).toEqual([
      { id: second, text: 'two', timestamp: expect.stringMatching(/\+0000$/u) },
      { id: first, text: 'one #tag', timestamp: expect.stringMatching(/\+0000$/u) },
    ]);
    expect((await me.get(`/${media}`, { fields: 'comments_count' })).at('comments_count')).toBe(2);
    expect((await control.ledger(me)).list('comments')).toHaveLength(2);
  });

  it('replies have one level: a reply to a reply joins the top-level comment', async () => {
    const top = (await me.post(`/${media}/comments`, { message: 'top' })).text('id');
    const reply = (await me.post(`/${top}/replies`, { message: 'first' })).text('id');
    await me.post(`/${reply}/replies`, { message: 'second' });
    const read = await me.get(`/${top}`, { fields: 'text,username,from,hidden,parent_id,replies{text,parent_id},media{id,media_product_type}' });
    expect(read.body).toEqual({
      id: top, text: 'top', username: me.username, hidden: false, from: { id: me.userId, username: me.username },
      media: { id: media, media_product_type: 'FEED' },
      replies: { data: [{ id: reply, text: 'first', parent_id: top }, { id: expect.any(String), text: 'second', parent_id: top }] },
    });
    expect((await me.get(`/${top}/replies`)).list('data')).toHaveLength(2);
  });

  it('want a message of at most 2,200 characters', async () => {
    expect((await me.post(`/${media}/comments`, {})).outcome).toBe('100');
    expect((await me.post(`/${media}/comments`, { message: 'x'.repeat(2201) })).outcome).toBe('100');
    expect((await me.post(`/${media}/comments`, { message: 'x'.repeat(2200) })).outcome).toBe('ok');
  });
});
