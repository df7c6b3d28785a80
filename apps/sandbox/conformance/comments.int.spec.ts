import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, type GraphClient, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

describe('Comments', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  let photo: string;
  let media: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    me = await control.account();
    photo = host.put(await jpeg(), 'image/jpeg');
  });
  beforeEach(async () => { media = await me.publishNow({ image_url: photo }); });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const comment = async (message: string): Promise<string> => (await me.post(`/${media}/comments`, { message })).text('id');
  const reply = (to: string, message: string): Promise<Answer> => me.post(`/${to}/replies`, { message });
  const remove = (id: string, client = me): Promise<Answer> => send('DELETE', `${client.base}/v25.0/${id}`, { headers: { authorization: `Bearer ${client.token}` } });
  /** A comment by somebody who has nothing to do with the app. */
  const byOthers = (username: string, text: string, parent?: string): Promise<Answer> => control.post(`/accounts/${me.userId}/comments`, { media_id: media, username, text, ...(parent === undefined ? {} : { parent_id: parent }) });

  it('§4 a new comment answers its id, is listed newest first with default fields id, text and timestamp, and counted', async () => {
    const first = await comment('one #tag');
    const second = await comment('two');
    expect((await me.get(`/${media}/comments`)).list('data')).toEqual([
      { id: second, text: 'two', timestamp: expect.stringMatching(/\+0000$/u) },
      { id: first, text: 'one #tag', timestamp: expect.stringMatching(/\+0000$/u) },
    ]);
    expect((await me.get(`/${media}`, { fields: 'comments_count' })).at('comments_count')).toBe(2);
    expect((await control.ledger(me)).list('comments')).toHaveLength(2);
  });

  it('§4 replies have one level: a reply to a reply joins the top-level comment, and replies are not listed among the comments', async () => {
    const top = await comment('top');
    const first = (await reply(top, 'first')).text('id');
    await reply(first, 'second');
    const read = await me.get(`/${top}`, { fields: 'text,username,from,hidden,parent_id,like_count,replies{text,parent_id},media{id,media_product_type},legacy_instagram_comment_id' });
    expect(read.body).toEqual({
      id: top, text: 'top', username: me.username, hidden: false, like_count: 0, from: { id: me.userId, username: me.username },
      media: { id: media, media_product_type: 'FEED' }, legacy_instagram_comment_id: expect.any(String),
      replies: { data: [{ id: first, text: 'first', parent_id: top }, { id: expect.any(String), text: 'second', parent_id: top }] },
    });
    expect((await me.get(`/${top}/replies`)).list('data')).toHaveLength(2);
    expect((await me.get(`/${media}/comments`, { fields: 'id,replies{id}' })).list('data')).toHaveLength(1);
  });

  it('§4 a message is required and has 2,200 characters at most', async () => {
    expect((await me.post(`/${media}/comments`, {})).outcome).toBe('100');
    expect((await me.post(`/${media}/comments`, { message: 'x'.repeat(2201) })).outcome).toBe('100');
    expect((await me.post(`/${media}/comments`, { message: '😀'.repeat(2200) })).outcome).toBe('ok');
  });

  it('§4 50 comments per page at most, with cursors; there is no filter by time', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 52; index += 1) ids.unshift(await comment(String(index)));
    const first = await me.get(`/${media}/comments`, { limit: '200' });
    expect(first.list('data')).toHaveLength(50);
    const second = await send('GET', first.text('paging', 'next'));
    expect(second.list('data').map((row) => Object(row) as { id: string }).map((row) => row.id)).toEqual(ids.slice(50));
    expect(second.at('paging', 'next')).toBeUndefined();
    expect((await me.get(`/${media}`, { fields: 'comments.limit(999){id}' })).list('comments', 'data')).toHaveLength(50);
    expect((await me.get(`/${media}/comments`, { until: '1', limit: '2' })).list('data')).toHaveLength(2);
  });

  it('§4 hide and unhide answer success; own comments stay visible, hidden ones of others stay in the owner\'s list', async () => {
    const own = await comment('mine');
    const foreign = (await byOthers('passer.by', 'theirs')).text('id');
    for (const id of [own, foreign]) expect((await me.post(`/${id}`, { hide: true })).body).toEqual({ success: true });
    expect((await me.get(`/${media}/comments`, { fields: 'hidden' })).list('data')).toEqual([{ id: foreign, hidden: true }, { id: own, hidden: true }]);
    expect((await me.post(`/${foreign}?hide=false`, {})).body).toEqual({ success: true });
    expect((await me.get(`/${foreign}`, { fields: 'hidden' })).at('hidden')).toBe(false);
    expect((await me.post(`/${foreign}`, {})).outcome).toBe('100');
  });

  it('§4 a hidden comment cannot be replied to', async () => {
    const id = await comment('quiet');
    const answer = (await reply(id, 'before')).text('id');
    await me.post(`/${id}`, { hide: true });
    expect((await reply(id, 'no')).outcome).toBe('100');
    expect((await reply(answer, 'nor one level down, where it would be attached to the hidden one')).outcome).toBe('100');
    await me.post(`/${id}`, { hide: false });
    expect((await reply(id, 'yes')).outcome).toBe('ok');
  });

  it('§4 the media owner deletes a comment, also of others, and its replies become unreadable', async () => {
    const foreign = (await byOthers('passer.by', 'theirs')).text('id');
    const answer = (await reply(foreign, 'mine')).text('id');
    expect((await remove(foreign)).body).toEqual({ success: true });
    const reads = [await me.get(`/${foreign}`), await me.get(`/${foreign}/replies`), await me.get(`/${answer}`), await remove(foreign)];
    expect(reads.map((read) => read.outcome)).toEqual(['100/33', '100/33', '100/33', '100/33']);
    expect((await me.get(`/${media}`, { fields: 'comments_count' })).at('comments_count')).toBe(0);
    const kept = (await control.ledger(me)).list('comments').slice(-2);
    expect(kept).toEqual([expect.objectContaining({ text: 'theirs', deleted_at: expect.any(String) }), expect.objectContaining({ text: 'mine', deleted_at: expect.any(String) })]);
  });

  it('§4 the author of a comment on somebody else\'s media may not delete it', async () => {
    const author = await control.account();
    const id = (await byOthers(author.username, 'hello')).text('id');
    expect((await remove(id, author)).outcome).toBe('100/33');
    expect((await me.get(`/${id}`)).outcome).toBe('ok');
  });

  it('§4 username and from name the author; user is there only when the app user wrote it', async () => {
    const own = await comment('mine');
    const foreign = (await byOthers('passer.by', 'theirs')).text('id');
    expect((await me.get(`/${own}`, { fields: 'user' })).at('user', 'id')).toBe(me.userId);
    const read = await me.get(`/${foreign}`, { fields: 'user,username,from' });
    expect(read.body).toEqual({ id: foreign, username: 'passer.by', from: { id: expect.stringMatching(/^\d{16,}$/u), username: 'passer.by' } });
  });

  it('§4 user is a node of nothing but its id', async () => {
    const own = await comment('mine');
    expect((await me.get(`/${own}`, { fields: 'user{id},from{username}' })).body).toEqual({ id: own, user: { id: me.userId }, from: { id: me.userId, username: me.username } });
    expect((await me.get(`/${own}`, { fields: 'user{username}' })).outcome).toBe('100');
  });

  it('§4, §9.1 comments and replies expanded in another node lead to the rest when there is more than a page', async () => {
    const top = await comment('top');
    const replies = [];
    for (const text of ['a', 'b', 'c']) replies.push({ id: (await reply(top, text)).text('id'), text });
    const other = await comment('other');
    const read = await me.get(`/${media}`, { fields: 'comments.limit(1){text,replies.limit(2){text}}' });
    expect(read.list('comments', 'data')).toEqual([{ id: other, text: 'other' }]);
    const next = await send('GET', read.text('comments', 'paging', 'next'));
    expect([next.list('data'), next.at('paging', 'next')]).toEqual([[{ id: top, text: 'top', replies: { data: replies.slice(0, 2), paging: expect.any(Object) } }], undefined]);
    const rest = await send('GET', next.text('data', 0, 'replies', 'paging', 'next'));
    expect(rest.list('data')).toEqual(replies.slice(2));
    expect((await me.get(`/${top}`, { fields: 'replies{text}' })).at('replies')).toEqual({ data: replies });
  });

  it('§0 ids of other people are scoped to person and account', async () => {
    const idOf = async (answer: Answer, client: GraphClient): Promise<string> => (await client.get(`/${answer.text('id')}`, { fields: 'from' })).text('from', 'id');
    const [first, again, another] = [await idOf(await byOthers('ann', 'a'), me), await idOf(await byOthers('ann', 'b'), me), await idOf(await byOthers('bob', 'c'), me)];
    expect(again).toBe(first);
    expect(another).not.toBe(first);
    const other = await control.account();
    const elsewhere = await control.post(`/accounts/${other.userId}/comments`, { media_id: await other.publishNow({ image_url: photo }), username: 'ann', text: 'a' });
    expect(await idOf(elsewhere, other)).not.toBe(first);
  });

  it('§1.8, §4 comment_enabled=false refuses new comments and replies with code 100 until it is true again', async () => {
    const before = await comment('before');
    expect((await me.post(`/${media}?comment_enabled=false`, {})).body).toEqual({ success: true });
    expect((await me.get(`/${media}`, { fields: 'is_comment_enabled' })).at('is_comment_enabled')).toBe(false);
    expect([(await me.post(`/${media}/comments`, { message: 'no' })).outcome, (await reply(before, 'no')).outcome]).toEqual(['100', '100']);
    expect((await byOthers('passer.by', 'no')).status).not.toBe(201);
    expect((await me.get(`/${media}/comments`)).list('data')).toHaveLength(1);
    expect((await me.post(`/${media}`, { comment_enabled: true })).body).toEqual({ success: true });
    expect((await me.post(`/${media}/comments`, { message: 'yes' })).outcome).toBe('ok');
    expect((await me.get(`/${media}`, { fields: 'is_comment_enabled' })).at('is_comment_enabled')).toBe(true);
  });

  it('§4 reading and writing comments needs manage_comments, also through a field of the media', async () => {
    const id = await comment('there');
    const change = (settings: object): Promise<Answer> => control.post(`/accounts/${me.userId}/settings`, { ...settings });
    await change({ permissions: ['instagram_business_basic', 'instagram_business_content_publish'] });
    const calls = [
      await me.get(`/${media}/comments`), await me.post(`/${media}/comments`, { message: 'x' }), await me.get(`/${id}`), await me.get(`/${media}`, { fields: 'comments{username}' }),
      await me.get('/me/media', { fields: 'comments' }), await me.post(`/${id}`, { hide: true }), await remove(id), await me.post(`/${media}`, { comment_enabled: false }), await reply(id, 'x'),
    ];
    expect(calls.map((call) => call.outcome)).toEqual(calls.map(() => '10'));
    expect((await me.get(`/${media}`, { fields: 'comments_count' })).outcome).toBe('ok');
    await change({ permissions: null });
  });

  it('stories and album items have no comments (not documented)', async () => {
    const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
    const album = await me.publishNow({ media_type: 'CAROUSEL', children: [await item(), await item()] });
    const story = await me.publishNow({ media_type: 'STORIES', image_url: photo });
    for (const id of [story, (await me.get(`/${album}/children`)).text('data', 0, 'id')]) {
      expect([(await me.post(`/${id}/comments`, { message: 'x' })).outcome, (await me.post(`/${id}`, { comment_enabled: false })).outcome]).toEqual(['100/33', '100/33']);
    }
  });
});
