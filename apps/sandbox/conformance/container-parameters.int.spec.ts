import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { GraphClient, type Params } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

const tag = (username: string, extra: object = { x: 0.5, y: 0.5 }): object => ({ username, ...extra });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `friend.${String(index)}`);
const many = (count: number, sign: string): string => names(count).map((name) => sign + name.replace('.', '')).join(' ');

describe('Values of the parameters of POST /{ig-id}/media', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let me: GraphClient;
  let facebook: GraphClient;
  let photo: string;
  let video: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    photo = host.put(await jpeg(), 'image/jpeg');
    video = host.put(mp4(), 'video/mp4');
    const control = new ControlClient(sandbox.url);
    const row = await control.post('/accounts', { username: 'both.logins' });
    me = new GraphClient(sandbox.url, row.text('access_token'), row.text('user_id'), row.text('username'));
    facebook = new GraphClient(`${sandbox.url}/graph.facebook.com`, row.text('facebook', 'page_token'), row.text('user_id'), row.text('username'));
    await control.post(`/accounts/${me.userId}/settings`, { processing_ms: 0, error_fields: 'full' });
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const image = (extra: Params = {}): Params => ({ image_url: photo, ...extra });
  const reel = (extra: Params = {}): Params => ({ media_type: 'REELS', video_url: video, ...extra });
  const story = (extra: Params = {}): Params => ({ media_type: 'STORIES', image_url: photo, ...extra });
  const carousel = (extra: Params = {}): Params => ({ media_type: 'CAROUSEL', children: names(2), ...extra });

  const cases: [fact: string, params: () => Params, outcome: string][] = [
    ['an image without image_url', () => ({ caption: 'x' }), '100'],
    ['a feed image given as video_url', () => ({ video_url: video }), '100'],
    ['image_url and video_url together', () => image({ video_url: video }), '100'],
    ['a reel without video_url', () => ({ media_type: 'REELS', image_url: photo }), '100'],
    ['media_type IMAGE spelled out is tolerated', () => image({ media_type: 'IMAGE' }), 'ok'],
    ['media_type VIDEO for the feed, retired', () => ({ media_type: 'VIDEO', video_url: video }), '100/2207023'],
    ['an unknown media_type', () => image({ media_type: 'POLAROID' }), '100/2207023'],
    ['a media_type in lower case', () => ({ media_type: 'reels', video_url: video }), '100/2207023'],
    ['a reel as carousel item', () => reel({ is_carousel_item: true }), '100'],
    ['a story as carousel item', () => story({ is_carousel_item: true }), '100'],
    ['a carousel video without media_type', () => ({ video_url: video, is_carousel_item: true }), '100'],
    ['a boolean that is none', () => image({ is_carousel_item: 'perhaps' }), '100'],
    ['a caption of 2,200 code points', () => image({ caption: '😀'.repeat(2200) }), 'ok'],
    ['a caption of 2,201 characters', () => image({ caption: 'x'.repeat(2201) }), '36004/2207010'],
    ['30 hashtags', () => image({ caption: many(30, '#') }), 'ok'],
    ['31 hashtags', () => image({ caption: many(31, '#') }), '36004/2207010'],
    ['20 mentions', () => image({ caption: many(20, '@') }), 'ok'],
    ['21 mentions', () => image({ caption: many(21, '@') }), '100/2207040'],
    ['21 mail addresses, which mention nobody', () => image({ caption: 'a@b.example '.repeat(21) }), 'ok'],
    ['a caption on a story is ignored, however long', () => story({ caption: 'x'.repeat(3000) }), 'ok'],
    ['alt_text of 1,000 characters', () => image({ alt_text: 'x'.repeat(1000) }), 'ok'],
    ['alt_text of 1,001 characters', () => image({ alt_text: 'x'.repeat(1001) }), '100'],
    ['3 collaborators', () => image({ collaborators: names(3) }), 'ok'],
    ['4 collaborators', () => image({ collaborators: names(4) }), '100/2207018'],
    ['a collaborator with a leading @', () => reel({ collaborators: ['@friend'] }), '100/2207018'],
    ['user_tags without a place on an image', () => image({ user_tags: [tag('friend', {})] }), '100'],
    ['user_tags without a place on a carousel image', () => image({ is_carousel_item: true, user_tags: [tag('friend', {})] }), '100'],
    ['user_tags without a place on a reel', () => reel({ user_tags: [tag('friend', {})] }), 'ok'],
    ['user_tags without a place on a story', () => story({ user_tags: [tag('friend', {})] }), 'ok'],
    ['user_tags outside the picture', () => image({ user_tags: [tag('friend', { x: 1.2, y: 0 })] }), '100'],
    ['user_tags with a leading @', () => image({ user_tags: [tag('@friend')] }), '100/2207018'],
    ['user_tags for 21 people', () => image({ user_tags: names(21).map((name) => tag(name)) }), '100/2207040'],
    ['user_tags that are no list', () => image({ user_tags: '{' }), '100'],
    ['a negative thumb_offset', () => reel({ thumb_offset: -1 }), '1/2207057'],
    ['a thumb_offset that is no number', () => reel({ thumb_offset: 'middle' }), '100'],
    ['trial_params with SS_PERFORMANCE', () => reel({ trial_params: { graduation_strategy: 'SS_PERFORMANCE' } }), 'ok'],
    ['trial_params with an unknown strategy', () => reel({ trial_params: { graduation_strategy: 'SOON' } }), '100'],
    ['trial_params without a strategy', () => reel({ trial_params: {} }), '100'],
    ['an upload with video_url', () => reel({ upload_type: 'resumable' }), '100'],
    ['an unknown upload_type', () => ({ media_type: 'REELS', upload_type: 'chunked' }), '100'],
    ['an uploaded carousel video without media_type', () => ({ is_carousel_item: true, upload_type: 'resumable' }), '100'],
    ['a carousel without children', () => ({ media_type: 'CAROUSEL' }), '100/2207028'],
    ['a carousel of 1', () => carousel({ children: names(1) }), '100/2207028'],
    ['a carousel of 11', () => carousel({ children: names(11) }), '100/2207028'],
    ['a carousel with the same child twice', () => carousel({ children: ['1', '1'] }), '100'],
    ['a carousel of unknown containers', () => carousel(), '24/2207006'],
    ['a parameter nobody knows is ignored', () => image({ shoe_size: 44 }), 'ok'],
  ];

  it.each(cases)('§1.2 %s', async (_fact, params, outcome) => {
    expect((await me.create(params())).outcome).toBe(outcome);
  });

  it('§1.2 location_id that is no page id is named in the message', async () => {
    const answer = await me.create(image({ location_id: 'Berlin' }));
    expect([answer.outcome, answer.text('error', 'message')]).toEqual(['100', expect.stringContaining('INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID')]);
  });

  const product = (extra: object = {}): object => ({ product_id: '7', x: 0.1, y: 0.2, ...extra });
  const sound = (extra: object): Params => reel({ audio_configuration: { audio_id: '1', ...extra } });
  const facebookCases: [fact: string, params: () => Params, outcome: string][] = [
    ['5 product_tags', () => image({ product_tags: Array.from({ length: 5 }, () => product()) }), 'ok'],
    ['6 product_tags', () => image({ product_tags: Array.from({ length: 6 }, () => product()) }), '100/2207037'],
    ['product_tags that are no JSON', () => image({ product_tags: '[{' }), '100/2207037'],
    ['product_tags without product_id', () => image({ product_tags: [{ x: 0, y: 0 }] }), '100/2207037'],
    ['product_tags outside the picture', () => image({ product_tags: [product({ x: 2 })] }), '100/2207037'],
    ['product_tags with half a place on a photo', () => image({ product_tags: [{ product_id: '7', x: 0 }] }), '100/2207036'],
    ['product_tags with half a place on a video', () => reel({ product_tags: [{ product_id: '7', x: 0 }] }), '100/2207035'],
    ['3 sponsors', () => image({ branded_content_sponsor_ids: ['1', '2', '3'] }), '100'],
    ['a sponsor by name', () => image({ branded_content_sponsor_ids: ['brand'] }), '100'],
    ['is_paid_partnership that is no boolean', () => image({ is_paid_partnership: 'yes' }), '100'],
    ['audio_configuration without volumes', () => sound({}), 'ok'],
    ['audio_configuration without audio_id', () => reel({ audio_configuration: { audio_volume: 1 } }), '100'],
    ['audio_configuration that is no object', () => reel({ audio_configuration: [1] }), '100'],
    ['a negative volume', () => sound({ video_volume: -1 }), '100'],
  ];

  it.each(facebookCases)('§1.2, §2.3 Facebook Login: %s', async (_fact, params, outcome) => {
    expect((await facebook.create(params())).outcome).toBe(outcome);
  });

  it('§0 lists and objects come as JSON text too', async () => {
    const answer = await me.create(image({ collaborators: '["friend"]', user_tags: '[{"username":"friend","x":0.1,"y":0.2}]' }));
    expect(answer.outcome).toBe('ok');
  });
});
