import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { GraphClient, Params } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

const tag = (username: string, extra: object = { x: 0.5, y: 0.5 }): object => ({ username, ...extra });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `friend.${String(index)}`);
const many = (count: number, sign: string): string => names(count).map((name) => sign + name.replace('.', '')).join(' ');

describe('Parameters of POST /{ig-id}/media (§1.2)', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let me: GraphClient;
  let photo: string;
  let video: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    photo = host.put(await jpeg(), 'image/jpeg');
    video = host.put(mp4(), 'video/mp4');
    me = await new ControlClient(sandbox.url).account();
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const image = (extra: Params = {}): Params => ({ image_url: photo, ...extra });
  const reel = (extra: Params = {}): Params => ({ media_type: 'REELS', video_url: video, ...extra });
  const story = (extra: Params = {}): Params => ({ media_type: 'STORIES', image_url: photo, ...extra });
  const item = (extra: Params = {}): Params => ({ image_url: photo, is_carousel_item: true, ...extra });
  const videoItem = (extra: Params = {}): Params => ({ media_type: 'VIDEO', video_url: video, is_carousel_item: true, ...extra });
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
    ['a carousel video without media_type', () => ({ video_url: video, is_carousel_item: true }), '100'],
    ['a boolean that is none', () => image({ is_carousel_item: 'perhaps' }), '100'],
    ['a caption of 2,200 code points', () => image({ caption: '😀'.repeat(2200) }), 'ok'],
    ['a caption of 2,201 characters', () => image({ caption: 'x'.repeat(2201) }), '36004/2207010'],
    ['30 hashtags', () => image({ caption: many(30, '#') }), 'ok'],
    ['31 hashtags', () => image({ caption: many(31, '#') }), '36004/2207010'],
    ['20 mentions', () => image({ caption: many(20, '@') }), 'ok'],
    ['21 mentions', () => image({ caption: many(21, '@') }), '100/2207040'],
    ['21 mail addresses, which mention nobody', () => image({ caption: 'a@b.example '.repeat(21) }), 'ok'],
    ['a caption on a carousel item', () => item({ caption: 'x' }), '100'],
    ['a caption on a story is ignored', () => story({ caption: 'x'.repeat(3000) }), 'ok'],
    ['alt_text of 1,000 characters on an image', () => image({ alt_text: 'x'.repeat(1000) }), 'ok'],
    ['alt_text of 1,001 characters', () => image({ alt_text: 'x'.repeat(1001) }), '100'],
    ['alt_text on a carousel image', () => item({ alt_text: 'x' }), 'ok'],
    ['alt_text on a carousel video', () => videoItem({ alt_text: 'x' }), '100'],
    ['alt_text on a reel', () => reel({ alt_text: 'x' }), '100'],
    ['alt_text on a story', () => story({ alt_text: 'x' }), '100'],
    ['alt_text on a carousel', () => carousel({ alt_text: 'x' }), '100'],
    ['3 collaborators', () => image({ collaborators: names(3) }), 'ok'],
    ['4 collaborators', () => image({ collaborators: names(4) }), '100/2207018'],
    ['a collaborator with a leading @', () => reel({ collaborators: ['@friend'] }), '100/2207018'],
    ['collaborators on a carousel item', () => item({ collaborators: names(1) }), '100'],
    ['collaborators on a story', () => story({ collaborators: names(1) }), '100'],
    ['user_tags with a place', () => image({ user_tags: [tag('friend')] }), 'ok'],
    ['user_tags without a place on an image', () => image({ user_tags: [tag('friend', {})] }), '100'],
    ['user_tags without a place on a reel', () => reel({ user_tags: [tag('friend', {})] }), 'ok'],
    ['user_tags outside the picture', () => image({ user_tags: [tag('friend', { x: 1.2, y: 0 })] }), '100'],
    ['user_tags with a leading @', () => image({ user_tags: [tag('@friend')] }), '100/2207018'],
    ['user_tags for 21 people', () => image({ user_tags: names(21).map((name) => tag(name)) }), '100/2207040'],
    ['user_tags on a carousel', () => carousel({ user_tags: [tag('friend')] }), '100'],
    ['user_tags that are no list', () => image({ user_tags: '{' }), '100'],
    ['location_id that is no page id', () => image({ location_id: 'Berlin' }), '100'],
    ['location_id on a carousel item', () => item({ location_id: '123' }), '100'],
    ['location_id on a story', () => story({ location_id: '123' }), '100'],
    ['is_ai_generated on a carousel item', () => item({ is_ai_generated: true }), '100'],
    ['is_ai_generated on a story', () => story({ is_ai_generated: true }), 'ok'],
    ['a negative thumb_offset', () => reel({ thumb_offset: -1 }), '1/2207057'],
    ['a thumb_offset that is no number', () => reel({ thumb_offset: 'middle' }), '100'],
    ['trial_params with a known strategy', () => reel({ trial_params: { graduation_strategy: 'MANUAL' } }), 'ok'],
    ['trial_params with an unknown strategy', () => reel({ trial_params: { graduation_strategy: 'SOON' } }), '100'],
    ['product_tags, Facebook Login only', () => image({ product_tags: [{ product_id: '1', x: 0, y: 0 }] }), '100'],
    ['a resumable upload, Facebook Login only', () => ({ media_type: 'REELS', video_url: video, upload_type: 'resumable' }), '100'],
    ['a carousel without children', () => ({ media_type: 'CAROUSEL' }), '100/2207028'],
    ['a carousel of 1', () => carousel({ children: names(1) }), '100/2207028'],
    ['a carousel of 11', () => carousel({ children: names(11) }), '100/2207028'],
    ['a carousel with the same child twice', () => carousel({ children: ['1', '1'] }), '100'],
    ['a carousel of unknown containers', () => carousel(), '24/2207006'],
    ['a parameter nobody knows is ignored', () => image({ shoe_size: 44 }), 'ok'],
    ['share_to_feed has no meaning for an image and is ignored', () => image({ share_to_feed: true }), 'ok'],
  ];

  it.each(cases)('%s', async (_fact, params, outcome) => {
    expect((await me.create(params())).outcome).toBe(outcome);
  });

  it('takes lists and objects as JSON text too', async () => {
    const answer = await me.create(image({ collaborators: '["friend"]', user_tags: '[{"username":"friend","x":0.1,"y":0.2}]' }));
    expect(answer.outcome).toBe('ok');
  });
});
