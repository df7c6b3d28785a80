import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { json, ScriptedGraph } from '#testing/scripted-graph';
import type { PublishRequest } from '#networks/port/social-network';
import { createInstagramNetwork, type InstagramNetwork } from '../instagram-network.js';

const account = { accountId: '17841400000000001', accessToken: 'IGAAsecret0123456789' };
const image: PublishRequest = { body: 'Hi  there\n', params: {}, media: [{ kind: 'image', url: 'https://m.example/a.jpg' }] };
const video: PublishRequest = { ...image, media: [{ kind: 'video', url: 'https://m.example/a.mp4' }] };

let graph: ScriptedGraph;
let network: InstagramNetwork;

beforeAll(async () => {
  graph = await ScriptedGraph.start();
  network = createInstagramNetwork({ settings: { graphUrl: graph.url, apiVersion: null }, clock: new SystemClock() });
});
afterAll(async () => {
  network.onApplicationShutdown();
  await graph.stop();
});

describe('containers', () => {
  it('counts children of a carousel only', () => {
    const items = [...image.media, ...video.media];
    expect(network.publishing.childCount({ ...image, media: items })).toBe(2);
    expect([image, video, { ...image, media: [] }].map((request) => network.publishing.childCount(request))).toEqual([0, 0, 0]);
  });

  it.each([
    ['IN_PROGRESS', 'in_progress'], ['FINISHED', 'ready'], ['PUBLISHED', 'published'], ['EXPIRED', 'expired'], ['ERROR', 'failed'], ['QUEUED', 'in_progress'],
  ])('read %s as %s', async (code, state) => {
    graph.script(json(200, { id: '9', status_code: code }));
    expect(await network.publishing.containerStatus(account, '9')).toMatchObject({ state });
    expect(graph.calls[0]?.url).toBe('/9?fields=status_code%2Cstatus');
  });

  it('explain a failure from the status text', async () => {
    graph.script(json(200, { status_code: 'ERROR', status: 'Error: Media upload has failed with error code 2207085' }));
    expect(await network.publishing.containerStatus(account, '9')).toMatchObject({ state: 'failed', error: { errorClass: 'rejected', facts: { subcode: 2207085 } } });
  });

  it('never take an answer without a status for one', async () => {
    graph.script(json(200, { id: '9' }));
    await expect(network.publishing.containerStatus(account, '9')).rejects.toMatchObject({ errorClass: 'retry_later' });
  });

  it('leave a publish open when the answer has no id', async () => {
    graph.script(json(200, { success: true }));
    await expect(network.publishing.publishContainer(account, '9')).rejects.toMatchObject({ errorClass: 'outcome_unknown' });
    await expect(network.publishing.createComment(account, '9', 'hi')).rejects.toMatchObject({ errorClass: 'outcome_unknown' });
    await expect(network.publishing.createContainer(account, image, [])).rejects.toMatchObject({ errorClass: 'retry_later' });
  });
});

describe('findPublished', () => {
  const after = new Date('2026-03-01T12:00:00.900Z');
  const node = (id: string, more: object = {}): object => ({
    id, caption: 'Hi there', timestamp: '2026-03-01T12:00:00+0000', media_type: 'IMAGE', media_product_type: 'FEED', ...more,
  });

  it('takes posts of the same type and text that are not older, in whole seconds', async () => {
    graph.script(json(200, { data: [
      node('1'), node('2', { caption: 'Hi you' }), node('3', { timestamp: '2026-03-01T11:59:59+0000' }), node('4', { media_type: 'CAROUSEL_ALBUM' }),
      node('5', { timestamp: '2026-03-01T12:00:07+0000' }), node('6', { caption: undefined }), node('7', { timestamp: undefined }),
    ] }));
    expect(await network.publishing.findPublished(account, image, after)).toEqual(['1', '5']);
    expect(graph.calls[0]?.url).toMatch(/^\/17841400000000001\/media\?/);
  });

  it('tells a reel from other videos', async () => {
    graph.script(json(200, { data: [node('1', { media_type: 'VIDEO', media_product_type: 'REELS' }), node('2', { media_type: 'VIDEO' }), node('3')] }));
    expect(await network.publishing.findPublished(account, video, after)).toEqual(['1']);
  });

  it('finds a carousel and a post without a text', async () => {
    const carousel = { ...image, body: '', media: [...image.media, ...video.media] };
    graph.script(json(200, { data: [node('1', { media_type: 'CAROUSEL_ALBUM', caption: undefined }), node('2', { caption: undefined })] }));
    expect(await network.publishing.findPublished(account, carousel, after)).toEqual(['1']);
  });

  it('looks for stories where stories are, which have no text', async () => {
    graph.script(json(200, { data: [node('1', { media_product_type: 'STORY', caption: undefined }), node('2', { media_type: 'VIDEO', media_product_type: 'STORY' })] }));
    expect(await network.publishing.findPublished(account, { ...image, body: '', params: { format: 'story' } }, after)).toEqual(['1']);
    expect(graph.calls[0]?.url).toMatch(/^\/17841400000000001\/stories\?/);
  });
});

describe('after publishing', () => {
  it('reads the permalink, or none', async () => {
    graph.script(json(200, { permalink: 'https://www.instagram.com/p/abc/' }), json(200, { id: '5' }));
    expect(await network.publishing.permalink(account, '5')).toBe('https://www.instagram.com/p/abc/');
    expect(await network.publishing.permalink(account, '5')).toBeNull();
  });

  it('says which first comment there is', () => {
    const first = (params: object): string | null => network.publishing.firstComment({ ...image, params: { ...params } });
    expect([first({ first_comment: 'hi' }), first({ format: 'story', first_comment: 'hi' }), first({}), first({ first_comment: '' })]).toEqual(['hi', null, null, null]);
  });

  it('lists own comments only', async () => {
    const at = '2026-03-01T12:00:00+0000';
    graph.script(json(200, { data: [
      { id: '1', text: 'mine', timestamp: at, from: { id: account.accountId } },
      { id: '2', text: 'theirs', timestamp: at, from: { id: '555' } },
      { id: '3', text: 'mine too', timestamp: at, user: { id: '777' } },
      { id: '4', timestamp: at },
    ] }));
    expect(await network.publishing.ownComments(account, '5')).toEqual([
      { id: '1', text: 'mine', at: new Date('2026-03-01T12:00:00Z') }, { id: '3', text: 'mine too', at: new Date('2026-03-01T12:00:00Z') },
    ]);
  });
});

describe('identify', () => {
  const flat = '{"user_id":17841405309211844,"id":"25001","username":"anna","name":"Anna"}';

  it.each([['flat', flat], ['wrapped', `{"data":[${flat}]}`]])('reads the %s answer', async (_name, body) => {
    graph.script(json(200, body));
    expect(await network.accounts.identify('t0123456789')).toEqual({ accountId: '17841405309211844', appScopedId: '25001', username: 'anna', name: 'Anna', avatarUrl: null });
    expect(graph.calls[0]?.url).toBe('/me?fields=user_id%2Cid%2Cusername%2Cname%2Cprofile_picture_url');
  });

  it('explains that a personal account cannot connect', async () => {
    graph.script(json(200, { id: '25001', username: 'anna' }));
    await expect(network.accounts.identify('t0123456789')).rejects.toMatchObject({ errorClass: 'needs_user' });
  });
});
