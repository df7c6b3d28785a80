import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, GraphClient, type Params, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

const SCOPES = ['instagram_basic', 'instagram_content_publish', 'instagram_manage_comments', 'instagram_manage_insights', 'instagram_manage_messages',
  'pages_show_list', 'pages_read_engagement', 'pages_manage_metadata', 'business_management', 'instagram_manage_contents', 'instagram_manage_engagement'];

describe('Facebook Login', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let photo: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    photo = host.put(await jpeg(), 'image/jpeg');
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  interface Sides {
    instagram: GraphClient;
    person: GraphClient;
    page: GraphClient;
    personId: string;
    pageId: string;
  }

  /** One account through both logins. */
  const account = async (settings: Params = { processing_ms: 0 }): Promise<Sides> => {
    const instagram = await control.account({}, settings);
    const row = (await control.get('/accounts')).list('data').findIndex((each) => (Object(each) as { user_id?: string }).user_id === instagram.userId);
    const list = await control.get('/accounts');
    const of = (name: string): string => list.text('data', row, 'facebook', name);
    const client = (token: string): GraphClient => new GraphClient(`${sandbox.url}/graph.facebook.com`, token, instagram.userId, instagram.username);
    return { instagram, person: client(of('user_token')), page: client(of('page_token')), personId: of('person_id'), pageId: of('page_id') };
  };
  const remove = (client: GraphClient, path: string): Promise<Answer> => send('DELETE', `${client.base}/v25.0${path}`, { headers: { authorization: `Bearer ${client.token}` } });

  it('§8.2 /me is the person with their own token, and the page with the page token', async () => {
    const { person, page, personId, pageId } = await account();
    expect((await person.get('/me', { fields: 'id,name' })).body).toEqual({ id: personId, name: expect.any(String) });
    expect((await page.get('/me', { fields: 'id,name' })).body).toEqual({ id: pageId, name: expect.any(String) });
    expect((await person.get('/me', { fields: 'username' })).outcome).toBe('100');
  });

  it('§0, §8.2 /me/accounts leads to the page, its token and the Instagram account', async () => {
    const { person, page, instagram, pageId } = await account();
    const answer = await person.get('/me/accounts', { fields: 'id,name,access_token,instagram_business_account{id,username}' });
    expect(answer.list('data')).toEqual([{ id: pageId, name: expect.any(String), access_token: page.token, instagram_business_account: { id: instagram.userId, username: instagram.username } }]);
    expect((await person.get(`/${pageId}`, { fields: 'instagram_business_account' })).body).toEqual({ id: pageId, instagram_business_account: { id: instagram.userId } });
    expect((await page.get('/me/accounts')).outcome).toBe('100/33');
  });

  it('§0, §8.2 the pages of a person can be expanded, down to the posts', async () => {
    const { person, instagram } = await account();
    const id = await person.publishNow({ image_url: photo });
    const read = await person.get('/me', { fields: 'accounts{name,instagram_business_account{username,media{media_type}}}' });
    expect(read.at('accounts')).toEqual({ data: [{ id: expect.any(String), name: expect.any(String), instagram_business_account: {
      id: instagram.userId, username: instagram.username, media: { data: [{ id, media_type: 'IMAGE' }] },
    } }] });
  });

  it('§8.2 /me/permissions lists the scopes with their status', async () => {
    const { person, instagram } = await account();
    expect((await person.get('/me/permissions')).body).toEqual({ data: SCOPES.map((permission) => ({ permission, status: 'granted' })) });
    await control.post(`/accounts/${instagram.userId}/settings`, { permissions: ['instagram_basic'] });
    expect((await person.get('/me/permissions')).list('data')).toContainEqual({ permission: 'pages_show_list', status: 'declined' });
    expect((await person.get('/me/accounts')).outcome).toBe('10');
  });

  it('§2.4 DELETE /me/permissions revokes the grant: 190/458', async () => {
    const { person, page } = await account();
    expect((await remove(person, '/me/permissions?permission=instagram_basic')).outcome).toBe('100');
    expect((await remove(person, '/me/permissions')).body).toEqual({ success: true });
    expect([(await person.get('/me')).outcome, (await page.get('/me')).outcome]).toEqual(['190/458', '190/458']);
  });

  it('§0 the Instagram account has id 17841… here, and neither user_id nor account_type', async () => {
    const { person, page, instagram } = await account();
    const fields = 'id,ig_id,username,name,profile_picture_url,followers_count,follows_count,media_count';
    for (const client of [person, page]) {
      expect((await client.get(`/${instagram.userId}`, { fields: `${fields},biography,website` })).body).toEqual({
        id: instagram.userId, ig_id: expect.stringMatching(/^\d+$/u), username: instagram.username, name: expect.any(String), profile_picture_url: expect.any(String),
        followers_count: expect.any(Number), follows_count: expect.any(Number), media_count: 0,
      });
      expect((await client.get(`/${instagram.userId}`)).body).toEqual({ id: instagram.userId });
    }
    for (const name of ['user_id', 'account_type']) expect((await person.get(`/${instagram.userId}`, { fields: name })).outcome).toBe('100');
    expect((await instagram.get('/me', { fields: 'ig_id' })).outcome).toBe('100');
  });

  it('§0 tokens of the one login are refused on the host of the other (§11.1)', async () => {
    const { person, instagram } = await account();
    expect((await send('GET', `${sandbox.url}/graph.facebook.com/me?access_token=${instagram.token}`)).outcome).toBe('190');
    expect((await send('GET', `${sandbox.url}/graph.instagram.com/me?access_token=${person.token}`)).outcome).toBe('190');
    expect((await send('GET', `${sandbox.url}/me?access_token=${person.token}`)).outcome).toBe('190');
  });

  it('§0 pages and persons do not exist with Instagram Login, and not for others', async () => {
    const { instagram, personId, pageId } = await account();
    const { person: stranger } = await account();
    const answers = [await instagram.get(`/${pageId}`), await instagram.get(`/${personId}`), await stranger.get(`/${pageId}`), await stranger.get(`/${personId}`), await stranger.get(`/${instagram.userId}`)];
    expect(answers.map((answer) => answer.outcome)).toEqual(answers.map(() => '100/33'));
    expect((await instagram.get('/me/accounts')).outcome).toBe('100/33');
  });

  it.each(['person', 'page'] as const)('§0 publishing and comments work with the %s token', async (kind) => {
    const client = (await account())[kind];
    const id = await client.publishNow({ image_url: photo, caption: 'By Facebook' });
    expect((await client.get(`/${client.userId}/media`, { fields: 'caption', limit: '1' })).list('data')).toEqual([{ id, caption: 'By Facebook' }]);
    const comment = (await client.post(`/${id}/comments`, { message: 'hello' })).text('id');
    expect((await client.get(`/${comment}`, { fields: 'text' })).at('text')).toBe('hello');
    expect((await client.get(`/${client.userId}/content_publishing_limit`)).at('data', 0, 'quota_usage')).toBe(1);
    expect((await client.post('/me/media', { image_url: photo })).outcome).toBe('100/33');
  });

  it('§0 links to neighbour pages stay on the host and carry the token of the call', async () => {
    const { person } = await account();
    for (const caption of ['one', 'two']) await person.publishNow({ image_url: photo, caption });
    const first = await person.get(`/${person.userId}/media`, { fields: 'caption', limit: '1' });
    expect(first.text('paging', 'next')).toContain('/graph.facebook.com/v25.0/');
    expect((await send('GET', first.text('paging', 'next'))).at('data', 0, 'caption')).toBe('one');
  });

  it('§1.8 these fields of media exist here only; view_count nowhere', async () => {
    const { person } = await account();
    const id = await person.publishNow({ image_url: photo });
    await person.post(`/${id}/comments`, { message: 'one' });
    expect((await person.get(`/${id}`, { fields: 'reposts_count,saved_count,shares_count,total_like_count,total_comments_count,total_views_count,boost_ads_list,ig_id' })).body).toEqual({
      id, ig_id: expect.stringMatching(/^\d{19}$/u), reposts_count: 0, saved_count: 0, shares_count: 0, total_like_count: 0, total_comments_count: 1, total_views_count: 0, boost_ads_list: [],
    });
    expect((await person.get(`/${id}`, { fields: 'view_count' })).outcome).toBe('100');
  });

  it('§1.8 a post is deleted with its comments and its page; the quota stays used', async () => {
    const { person, instagram } = await account();
    const id = await person.publishNow({ image_url: photo });
    const comment = (await person.post(`/${id}/comments`, { message: 'one' })).text('id');
    const permalink = (await person.get(`/${id}`, { fields: 'permalink' })).text('permalink');
    const page = `${sandbox.url}${new URL(permalink).pathname}`;
    expect((await fetch(page)).status).toBe(200);
    expect((await remove(person, `/${id}`)).body).toEqual({ success: true, deleted_id: id });
    const gone = [await person.get(`/${id}`), await person.get(`/${comment}`), await remove(person, `/${id}`), await instagram.get(`/${id}`)];
    expect(gone.map((answer) => answer.outcome)).toEqual(gone.map(() => '100/33'));
    expect((await fetch(page)).status).toBe(404);
    expect((await person.get(`/${person.userId}/media`)).list('data')).toEqual([]);
    expect((await person.get(`/${person.userId}/content_publishing_limit`)).at('data', 0, 'quota_usage')).toBe(1);
    const ledger = await control.ledger(instagram);
    expect([ledger.at('media', 0, 'deleted_at'), ledger.at('comments', 0, 'deleted_at')]).toEqual([expect.any(String), expect.any(String)]);
  });

  it('§1.8 deleting needs instagram_manage_contents, and single album items cannot be deleted: -1/2207073', async () => {
    const { person, instagram } = await account();
    const item = async (): Promise<string> => (await person.create({ image_url: photo, is_carousel_item: true })).text('id');
    const album = await person.publishNow({ media_type: 'CAROUSEL', children: [await item(), await item()] });
    const child = (await person.get(`/${album}/children`)).text('data', 0, 'id');
    expect((await remove(person, `/${child}`)).outcome).toBe('-1/2207073');
    await control.post(`/accounts/${instagram.userId}/settings`, { permissions: SCOPES.filter((scope) => scope !== 'instagram_manage_contents') });
    expect((await remove(person, `/${album}`)).outcome).toBe('10');
    await control.post(`/accounts/${instagram.userId}/settings`, { permissions: SCOPES });
    expect((await remove(person, `/${album}`)).body).toEqual({ success: true, deleted_id: album });
    expect((await person.get(`/${child}`)).outcome).toBe('100/33');
    expect((await control.ledger(instagram)).at('media', 0, 'children', 0, 'media_type')).toBe('IMAGE');
  });
});
