import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { GraphClient } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

const HOUR = 3_600_000;

describe('Publishing', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;
  let photo: string;
  let video: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    host = await startMediaHost();
    photo = host.put(await jpeg(), 'image/jpeg');
    video = host.put(mp4(), 'video/mp4');
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  async function items(me: GraphClient): Promise<string[]> {
    const picture = (await me.create({ image_url: photo, is_carousel_item: true, alt_text: 'first' })).text('id');
    const film = (await me.create({ video_url: video, media_type: 'VIDEO', is_carousel_item: true })).text('id');
    await me.settled(film);
    return [picture, film];
  }

  it('§1.1 an image: in progress, finished, published, readable with its picture', async () => {
    const me = await control.account({}, { processing_ms: HOUR });
    const id = (await me.create({ image_url: photo, caption: 'Hello #world', alt_text: 'a square' })).text('id');
    expect((await me.get(`/${id}`, { fields: 'status_code,status' })).body).toEqual({ id, status_code: 'IN_PROGRESS', status: 'In Progress: Media is still being processed.' });
    expect((await me.publish(id)).outcome).toBe('9007/2207027');
    await control.advance(HOUR);
    expect(await me.status(id)).toBe('FINISHED');
    const media = (await me.publish(id)).text('id');
    expect(await me.status(id)).toBe('PUBLISHED');
    const read = await me.get(`/${media}`, { fields: 'caption,media_type,media_product_type,media_url,permalink,shortcode,timestamp,username,owner{id},alt_text,comments_count,is_ai_generated,thumbnail_url,children' });
    expect(read.body).toEqual({
      id: media, caption: 'Hello #world', media_type: 'IMAGE', media_product_type: 'FEED', alt_text: 'a square', username: me.username,
      media_url: expect.stringMatching(/\/cdn\/[0-9a-f]{40}\.jpg\?oe=[0-9a-f]{8}$/u), owner: { id: me.userId }, comments_count: 0, is_ai_generated: false,
      shortcode: read.text('shortcode'), permalink: `https://www.instagram.com/p/${read.text('shortcode')}/`,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/u),
    });
    const picture = await fetch(read.text('media_url'));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(await jpeg());
  });

  it('§1.8 a reel is a VIDEO with product type REELS and a reel permalink', async () => {
    const me = await control.account();
    const media = await me.publishNow({ media_type: 'REELS', video_url: video, cover_url: photo, caption: 'moving' });
    const read = await me.get(`/${media}`, { fields: 'media_type,media_product_type,permalink,thumbnail_url,is_shared_to_feed,media_url' });
    expect(read.body).toMatchObject({ media_type: 'VIDEO', media_product_type: 'REELS', is_shared_to_feed: true });
    expect(read.text('permalink')).toMatch(/^https:\/\/www\.instagram\.com\/reel\/[\w-]{11}\/$/u);
    expect(read.text('thumbnail_url')).toMatch(/\.jpg\?oe=/u);
    const part = await fetch(read.text('media_url'), { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
  });

  it('§1.8 a story is published and not listed among the posts', async () => {
    const me = await control.account();
    const picture = await me.publishNow({ media_type: 'STORIES', image_url: photo });
    await me.publishNow({ media_type: 'STORIES', video_url: video });
    expect((await me.get(`/${picture}`, { fields: 'media_product_type' })).at('media_product_type')).toBe('STORY');
    expect((await me.get('/me/media')).body).toEqual({ data: [] });
    expect((await control.ledger(me)).list('media')).toHaveLength(2);
  });

  it.each(['a JSON array', 'a comma list'])('§1.2 a carousel takes its children as %s and becomes one post', async (form) => {
    const me = await control.account();
    const children = await items(me);
    const media = await me.publishNow({ media_type: 'CAROUSEL', children: form === 'a JSON array' ? children : children.join(','), caption: 'both' });
    const read = await me.get(`/${media}`, { fields: 'media_type,children{media_type,media_url,permalink,id}' });
    expect(read.at('media_type')).toBe('CAROUSEL_ALBUM');
    expect(read.at('children', 'data')).toEqual([
      { id: expect.any(String), media_type: 'IMAGE', media_url: expect.stringMatching(/\.jpg\?oe=/u) },
      { id: expect.any(String), media_type: 'VIDEO', media_url: expect.stringMatching(/\.mp4\?oe=/u) },
    ]);
    expect((await me.get(`/${media}/children`, { fields: 'media_type' })).list('data')).toHaveLength(2);
    expect((await me.get('/me/media')).list('data')).toEqual([{ id: media }]);
    expect((await me.get('/me/content_publishing_limit')).at('data', 0, 'quota_usage')).toBe(1);
    expect(await Promise.all(children.map((child) => me.status(child)))).toEqual(['PUBLISHED', 'PUBLISHED']);
    expect((await control.ledger(me)).at('media', 0, 'children', 0, 'container_id')).toBe(children[0]);
  });

  it('§1.2 a carousel wants finished, unused items of its own account', async () => {
    const me = await control.account();
    const other = await control.account();
    const [first = '', second = ''] = await items(me);
    const [foreign = ''] = await items(other);
    const plain = (await me.create({ image_url: photo })).text('id');
    const attempt = async (...children: string[]): Promise<string> => (await me.create({ media_type: 'CAROUSEL', children })).outcome;
    expect(await attempt(first, foreign)).toBe('24/2207006');
    expect(await attempt(first, plain)).toBe('100');
    await control.post(`/accounts/${me.userId}/settings`, { processing_ms: HOUR });
    const slow = (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
    expect(await attempt(first, slow)).toBe('9007/2207027');
    await control.post(`/accounts/${me.userId}/settings`, { processing_ms: 0 });
    expect((await me.publish(first)).outcome).toBe('100');
    await me.publishNow({ media_type: 'CAROUSEL', children: [first, second] });
    expect(await attempt(first, second)).toBe('24/2207008');
  });

  it('§11.2 publishing again answers 24/2207008 and never makes a second post, even when calls race', async () => {
    const me = await control.account();
    const id = (await me.create({ image_url: photo })).text('id');
    const outcomes = (await Promise.all(Array.from({ length: 10 }, () => me.publish(id)))).map((answer) => answer.outcome);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === '24/2207008')).toHaveLength(9);
    expect((await me.publish(id)).outcome).toBe('24/2207008');
    expect((await control.ledger(me)).list('media')).toHaveLength(1);
  });

  it('§1.8 every video has a thumbnail_url, also without a cover', async () => {
    const me = await control.account();
    const media = await me.publishNow({ media_type: 'REELS', video_url: video });
    const thumbnail = await fetch((await me.get(`/${media}`, { fields: 'thumbnail_url' })).text('thumbnail_url'));
    expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(Buffer.from(await thumbnail.arrayBuffer()).subarray(0, 3).toString('hex')).toBe('ffd8ff');
    const picture = await me.publishNow({ image_url: photo });
    expect((await me.get(`/${picture}`, { fields: 'thumbnail_url' })).body).toEqual({ id: picture });
  });

  it('§2.3 a restricted account answers 25/2207050 to new containers and to publishing, and can still read', async () => {
    const me = await control.account();
    const id = (await me.create({ image_url: photo })).text('id');
    await control.post(`/accounts/${me.userId}/settings`, { restricted: true });
    expect((await me.create({ image_url: photo })).outcome).toBe('25/2207050');
    expect((await me.publish(id)).outcome).toBe('25/2207050');
    expect(await me.status(id)).toBe('FINISHED');
    await control.post(`/accounts/${me.userId}/settings`, { restricted: false });
    expect((await me.publish(id)).outcome).toBe('ok');
  });

  it('§2.3 a trial reel of an account without trial reels ends in ERROR with 2207081', async () => {
    const me = await control.account({}, { processing_ms: 0, trial_reels: false });
    const id = (await me.create({ media_type: 'REELS', video_url: video, trial_params: { graduation_strategy: 'MANUAL' } })).text('id');
    expect((await me.settled(id)).body).toEqual({ id, status_code: 'ERROR', status: 'Error: Media upload has failed with error code 2207081' });
    const ordinary = (await me.create({ media_type: 'REELS', video_url: video })).text('id');
    expect((await me.settled(ordinary)).at('status_code')).toBe('FINISHED');
  });

  it.each(['an image', 'a reel'])('§1.3 %s with a scripted end: ERROR with that subcode, and not before its time', async (kind) => {
    const me = await control.account({}, { processing_ms: HOUR });
    await control.post('/faults', { match: { method: 'POST', path: '/*/media', account: me.userId }, fault: { kind: 'error', preset: 'status/2207082' } });
    const id = (await me.create(kind === 'a reel' ? { media_type: 'REELS', video_url: video } : { image_url: photo })).text('id');
    expect(await me.status(id)).toBe('IN_PROGRESS');
    await control.advance(HOUR);
    expect((await me.settled(id)).text('status')).toContain('2207082');
    expect((await me.publish(id)).outcome).toBe('9007/2207027');
  });

  it.each(['an image', 'a carousel'])('§2.5 "Sim" a scripted duplicate publishes %s twice', async (kind) => {
    const me = await control.account();
    const params = kind === 'an image' ? { image_url: photo } : { media_type: 'CAROUSEL', children: await items(me) };
    const id = (await me.create(params)).text('id');
    await control.post('/faults', { match: { path: '/*/media_publish', account: me.userId }, fault: { kind: 'duplicate' } });
    expect((await me.publish(id)).outcome).toBe('ok');
    const ledger = await control.ledger(me);
    expect([ledger.list('media').length, ledger.at('media', 0, 'container_id'), ledger.at('media', 1, 'container_id')]).toEqual([2, id, id]);
    expect((await me.publish(id)).outcome).toBe('24/2207008');
  });

  it('§1.3 copyright_check_status follows the processing', async () => {
    const me = await control.account({}, { processing_ms: HOUR });
    const id = (await me.create({ image_url: photo })).text('id');
    const check = async (): Promise<unknown> => (await me.get(`/${id}`, { fields: 'copyright_check_status{status}' })).at('copyright_check_status');
    expect(await check()).toEqual({ status: 'in_progress' });
    await control.advance(HOUR);
    expect(await check()).toEqual({ status: 'completed' });
  });

  it('§2.3 refuses to publish what is unknown, foreign or not named', async () => {
    const me = await control.account();
    const other = await control.account();
    const foreign = (await other.create({ image_url: photo })).text('id');
    expect((await me.publish('17889999999999999')).outcome).toBe('24/2207008');
    expect((await me.publish(foreign)).outcome).toBe('24/2207006');
    expect((await me.post('/me/media_publish', {})).outcome).toBe('100');
  });

  it('§1.1 the ledger counts calls by endpoint', async () => {
    const me = await control.account();
    await me.publishNow({ image_url: photo });
    await me.get('/me');
    expect((await control.ledger(me)).at('calls')).toEqual({ 'POST /media': 1, 'GET /{container}': 1, 'POST /media_publish': 1, 'GET /me': 1 });
  });
});
