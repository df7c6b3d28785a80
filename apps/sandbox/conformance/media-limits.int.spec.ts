import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { eventually, type GraphClient, type Params } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, png, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

const DEAD_ADDRESS = 'http://127.0.0.1:9/a';

describe('Media is really fetched and judged (§1.7, §2.3)', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, patience: { imageMs: 400, videoMs: 400 } });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    me = await control.account();
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const silent = (): string => host.on(() => undefined);
  const cut = (type: string): string => host.on((response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': 5000 }).write('half', () => { response.destroy(); });
  });
  const redirect = (to: string): string => host.on((response) => response.writeHead(302, { location: to }).end());
  const declares = (type: string, length: number): string => host.on((response) => response.writeHead(200, { 'content-type': type, 'content-length': length }).write('x'));
  const photo = async (width?: number, height?: number): Promise<string> => host.put(await jpeg(width, height), 'image/jpeg');

  const images: [fact: string, url: () => string | Promise<string>, outcome: string][] = [
    ['a JPEG', () => photo(), 'ok'],
    ['4:5 is the tallest', () => photo(1080, 1350), 'ok'],
    ['taller than 4:5', () => photo(1080, 1440), '36003/2207009'],
    ['1.91:1 is the widest', () => photo(1080, 566), 'ok'],
    ['wider than 1.91:1', () => photo(1080, 500), '36003/2207009'],
    ['a PNG', async () => host.put(await png(), 'image/png'), '36001/2207005'],
    ['a PNG that calls itself a JPEG', async () => host.put(await png(), 'image/jpeg'), '36001/2207005'],
    ['a page that calls itself a JPEG', () => host.put(Buffer.from('<html>'), 'image/jpeg'), '9004/2207052'],
    ['a page', () => host.put(Buffer.from('<html>'), 'text/html'), '9004/2207052'],
    ['no content type', async () => host.put(await jpeg(), null), '9004/2207052'],
    ['a video', () => host.put(mp4(), 'video/mp4'), '36001/2207005'],
    ['404', () => `${host.url}/nothing`, '9004/2207052'],
    ['a redirect is not followed', async () => redirect(await photo()), '9004/2207052'],
    ['nobody listens', () => DEAD_ADDRESS, '9004/2207052'],
    ['the host cuts the connection', () => cut('image/jpeg'), '9004/2207052'],
    ['the host never answers', silent, '-2/2207003'],
    ['more than 8 MiB', () => host.put(Buffer.alloc(8 * 1024 * 1024 + 1), 'image/jpeg'), '36000/2207004'],
    ['an address that is not ASCII', async () => `${await photo()}?grün`, '9004/2207052'],
    ['an address that is none', () => 'picture.jpg', '9004/2207052'],
    ['another protocol', () => 'ftp://127.0.0.1/a.jpg', '9004/2207052'],
    ['an address with a password', async () => (await photo()).replace('http://', 'http://user:secret@'), '9004/2207052'],
  ];

  it.each(images)('image at creation: %s', async (_fact, url, outcome) => {
    expect((await me.create({ image_url: await url() })).outcome).toBe(outcome);
  });

  const video = (description: Parameters<typeof mp4>[0]): (() => string) => () => host.put(mp4(description), 'video/mp4');
  const videos: [fact: string, url: () => string, extra: Params, subcode: number | null][] = [
    ['H.264', video({}), {}, null],
    ['HEVC, as hvc1', video({ codec: 'hvc1' }), {}, null],
    ['HEVC, as hev1', video({ codec: 'hev1' }), {}, null],
    ['VP9', video({ codec: 'vp09' }), {}, 2207026],
    ['the index last', video({ isIndexLast: true }), {}, 2207026],
    ['no video at all', () => host.put(Buffer.from('not a film'), 'video/mp4'), {}, 2207026],
    ['a file cut in the middle', () => host.put(mp4({ dataBytes: 100 }).subarray(0, -50), 'video/mp4'), {}, 2207026],
    ['3 s', video({ durationMs: 3000 }), {}, null],
    ['under 3 s', video({ durationMs: 2999 }), {}, 2207085],
    ['15 min', video({ durationMs: 900_000 }), {}, null],
    ['over 15 min', video({ durationMs: 900_001 }), {}, 2207085],
    ['wider than 1920', video({ width: 1921 }), {}, 2207085],
    ['thumb_offset before the end', video({ durationMs: 5000 }), { thumb_offset: 4999 }, null],
    ['thumb_offset at the end', video({ durationMs: 5000 }), { thumb_offset: 5000 }, 2207057],
    ['a story of 60 s', video({ durationMs: 60_000 }), { media_type: 'STORIES' }, null],
    ['a story over 60 s', video({ durationMs: 60_001 }), { media_type: 'STORIES' }, 2207085],
    ['a story over 100 MB', () => declares('video/mp4', 100_000_001), { media_type: 'STORIES' }, 2207082],
    ['a reel over 300 MB', () => declares('video/mp4', 300_000_001), {}, 2207082],
    ['a JPEG', () => host.put(Buffer.from('x'), 'image/jpeg'), {}, 2207052],
    ['404', () => `${host.url}/nothing`, {}, 2207077],
    ['the host cuts the connection', () => cut('video/mp4'), {}, 2207077],
    ['the host never answers', silent, {}, 2207003],
    ['nobody listens', () => DEAD_ADDRESS, {}, 2207076],
    ['a cover that is missing', video({}), { cover_url: DEAD_ADDRESS }, 2207052],
  ];

  it.each(videos)('video in the status: %s', async (_fact, url, extra, subcode) => {
    const id = (await me.create({ media_type: 'REELS', video_url: url(), ...extra })).text('id');
    const state = await me.settled(id);
    if (subcode === null) return expect(state.at('status_code')).toBe('FINISHED');
    expect(state.body).toEqual({ id, status_code: 'ERROR', status: `Error: Media upload has failed with error code ${String(subcode)}` });
    expect((await me.publish(id)).outcome).toBe('9007/2207027');
  });

  it('an unusable video address is refused at creation', async () => {
    expect((await me.create({ media_type: 'REELS', video_url: 'http://host.example/fílm.mp4' })).outcome).toBe('9004/2207052');
  });

  it('a story image has no aspect limits', async () => {
    expect((await me.create({ media_type: 'STORIES', image_url: await photo(1080, 1920) })).outcome).toBe('ok');
  });

  it('ERROR is not shown before the processing time is over', async () => {
    const slow = await control.account({}, { processing_ms: 3_600_000 });
    const url = host.put(Buffer.from('not a film'), 'video/mp4');
    const id = (await slow.create({ media_type: 'REELS', video_url: url })).text('id');
    await eventually(() => Promise.resolve(host.hits(url) > 0 ? true : null));
    expect(await slow.status(id)).toBe('IN_PROGRESS');
    await control.advance(3_600_000);
    expect((await slow.settled(id)).at('status_code')).toBe('ERROR');
  });

  it('a large film arrives whole at the CDN', async () => {
    const bytes = mp4({ dataBytes: 3_000_000 });
    const media = await me.publishNow({ media_type: 'REELS', video_url: host.put(bytes, 'video/quicktime') });
    const address = (await me.get(`/${media}`, { fields: 'media_url' })).text('media_url');
    expect(Buffer.from(await (await fetch(address)).arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('nothing outside the media folder can be read through the CDN', async () => {
    for (const path of ['/cdn/..%2f..%2fetc%2fpasswd', '/cdn/journal.jsonl', `/cdn/${'a'.repeat(40)}.jpg`]) {
      expect((await fetch(sandbox.url + path)).status).toBe(404);
    }
  });
});
