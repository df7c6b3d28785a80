import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, type GraphClient, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

const DAY = 86_400_000;

describe('Media node', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  let photo: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    me = await control.account();
    photo = host.put(await jpeg(), 'image/jpeg');
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');

  it('§1.8 a photo has these fields and no others', async () => {
    const id = await me.publishNow({ image_url: photo, caption: 'Noon', alt_text: 'A field' });
    const names = ['id', 'caption', 'media_type', 'media_product_type', 'media_url', 'thumbnail_url', 'permalink', 'shortcode', 'timestamp', 'username', 'owner{id}', 'like_count',
      'comments_count', 'is_comment_enabled', 'is_shared_to_feed', 'alt_text', 'children{id}', 'is_ai_generated', 'legacy_instagram_media_id', 'copyright_check_information'];
    const read = await me.get(`/${id}`, { fields: names.join() });
    const shortcode = read.text('shortcode');
    expect(read.body).toEqual({
      id, caption: 'Noon', media_type: 'IMAGE', media_product_type: 'FEED', media_url: expect.stringMatching(/^http/u), shortcode,
      permalink: `https://www.instagram.com/p/${shortcode}/`, timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/u), username: me.username, owner: { id: me.userId },
      like_count: 0, comments_count: 0, is_comment_enabled: true, alt_text: 'A field', is_ai_generated: false,
      legacy_instagram_media_id: expect.any(String), copyright_check_information: { status: 'completed', matches_found: false },
    });
  });

  it('§1.3 copyright_check_information has status and matches_found, which can be asked for one by one', async () => {
    const id = await me.publishNow({ image_url: photo });
    expect((await me.get(`/${id}`, { fields: 'copyright_check_information{status}' })).at('copyright_check_information')).toEqual({ status: 'completed' });
    expect((await me.get(`/${id}`, { fields: 'copyright_check_information{owner}' })).outcome).toBe('100');
  });

  it('§1.8 legacy_instagram_media_id is another number than id', async () => {
    const id = await me.publishNow({ image_url: photo });
    expect((await me.get(`/${id}`, { fields: 'legacy_instagram_media_id' })).text('legacy_instagram_media_id')).toMatch(/^\d{19}$/u);
  });

  it('§1.8 an album has its children in order, and they have no permalink', async () => {
    const album = await me.publishNow({ media_type: 'CAROUSEL', children: [await item(), await item(), await item()] });
    const read = await me.get(`/${album}`, { fields: 'media_type,children{id,permalink,shortcode}' });
    expect([read.at('media_type'), read.list('children', 'data')]).toEqual(['CAROUSEL_ALBUM', Array.from({ length: 3 }, () => ({ id: expect.any(String) }))]);
    expect((await me.get(`/${album}/children`)).list('data')).toEqual(read.list('children', 'data'));
  });

  it.each(['reposts_count', 'saved_count', 'shares_count', 'total_like_count', 'total_comments_count', 'total_views_count', 'boost_ads_list', 'ig_id', 'view_count'])('§1.8 %s is unknown with Instagram Login', async (field) => {
    const id = await me.publishNow({ image_url: photo });
    expect((await me.get(`/${id}`, { fields: field })).outcome).toBe('100');
  });

  it('§2.3 a fresh post answers 100/33 to reads of node and edges for a moment, while the list shows it', async () => {
    const fresh = await control.account({}, { processing_ms: 0, permalink_delay_ms: 60_000 });
    const id = await fresh.publishNow({ image_url: photo });
    const reads = async (): Promise<string[]> => {
      const answers: Answer[] = [await fresh.get(`/${id}`, { fields: 'permalink' }), await fresh.get(`/${id}/children`), await fresh.get(`/${id}/comments`)];
      return answers.map((answer) => answer.outcome);
    };
    expect(await reads()).toEqual(['100/33', '100/33', '100/33']);
    expect((await fresh.get('/me/media', { fields: 'permalink' })).list('data')).toEqual([{ id, permalink: expect.any(String) }]);
    expect((await fresh.post(`/${id}/comments`, { message: 'first' })).outcome).toBe('ok');
    await control.advance(60_000);
    expect(await reads()).toEqual(['ok', 'ok', 'ok']);
  });

  it('§1.8 POST takes comment_enabled and nothing else', async () => {
    const id = await me.publishNow({ image_url: photo, caption: 'Before' });
    expect((await me.post(`/${id}`, { caption: 'After' })).outcome).toBe('100');
    expect((await me.post(`/${id}`, { comment_enabled: 'perhaps' })).outcome).toBe('100');
    expect((await me.post(`/${id}`, { comment_enabled: false })).body).toEqual({ success: true });
  });

  it('§1.8 accounts with Instagram Login cannot delete posts', async () => {
    const id = await me.publishNow({ image_url: photo });
    expect((await send('DELETE', `${sandbox.url}/${id}?access_token=${me.token}`)).outcome).toBe('100/33');
    expect((await me.get(`/${id}`)).outcome).toBe('ok');
  });

  it('§11.11 addresses of pictures stop working after some days, and the node gives a new one', async () => {
    const own = await control.account({}, { processing_ms: 0 });
    const id = await own.publishNow({ image_url: photo });
    const addresses = async (): Promise<string[]> => [
      (await own.get(`/${id}`, { fields: 'media_url' })).text('media_url'), (await own.get('/me', { fields: 'profile_picture_url' })).text('profile_picture_url'),
    ];
    const statuses = async (urls: string[]): Promise<number[]> => Promise.all(urls.map(async (url) => (await fetch(url)).status));
    const old = await addresses();
    await control.advance(2 * DAY);
    expect(await statuses(old)).toEqual([200, 200]);
    await control.advance(2 * DAY);
    expect(await statuses(old)).toEqual([403, 403]);
    expect(await statuses(await addresses())).toEqual([200, 200]);
    expect(await statuses([String(old[0]).replace(/oe=.*/u, 'oe=tomorrow')])).toEqual([403]);
  });
});
