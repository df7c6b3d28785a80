import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { eventually, GraphClient, type Params } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, png, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

const DEAD_ADDRESS = 'http://127.0.0.1:9/a';

describe('Media is really fetched and judged', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  let facebookToken: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, patience: { imageMs: 3000, videoMs: 3000 } });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    const row = await control.post('/accounts', { username: 'picky.host' });
    me = new GraphClient(sandbox.url, row.text('access_token'), row.text('user_id'), row.text('username'));
    facebookToken = row.text('facebook', 'page_token');
    await control.post(`/accounts/${me.userId}/settings`, { processing_ms: 0, permalink_delay_ms: 0, error_fields: 'full' });
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
    ['8 MiB to the byte', async () => host.put(Buffer.concat([await jpeg(), Buffer.alloc(8 * 1024 * 1024)]).subarray(0, 8 * 1024 * 1024), 'image/jpeg'), 'ok'],
    ['taller than 4:5 by a pixel of rounding', () => photo(1080, 1351), 'ok'],
    ['taller than 4:5 by more than that', () => photo(1080, 1354), '36003/2207009'],
    ['3:4', () => photo(1080, 1440), '36003/2207009'],
    ['1.91:1 is the widest', () => photo(1080, 566), 'ok'],
    ['1.91:1 as Meta recommends it', () => photo(1200, 628), 'ok'],
    ['wider than 1.91:1', () => photo(1200, 626), '36003/2207009'],
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
    ['a host that needs a password', () => host.on((response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end()), '9004/2207052'],
    ['an address that is not ASCII', async () => `${await photo()}?grün`, '9004/2207052'],
    ['an address that is none', () => 'picture.jpg', '9004/2207052'],
    ['another protocol', () => 'ftp://127.0.0.1/a.jpg', '9004/2207052'],
    ['an address with a password', async () => (await photo()).replace('http://', 'http://user:secret@'), '9004/2207052'],
  ];

  it.each(images)('§1.7, §10.7 image at creation: %s', async (_fact, url, outcome) => {
    expect((await me.create({ image_url: await url() })).outcome).toBe(outcome);
  });

  const video = (description: Parameters<typeof mp4>[0]): (() => string) => () => host.put(mp4(description), 'video/mp4');
  const videos: [fact: string, url: () => string, extra: Params, subcode: number | null][] = [
    ['H.264', video({}), {}, null],
    ['HEVC, as hvc1', video({ codec: 'hvc1' }), {}, null],
    ['HEVC, as hev1', video({ codec: 'hev1' }), {}, null],
    ['VP9', video({ codec: 'vp09' }), {}, 2207026],
    ['4:2:0 in a profile that could do more', video({ profile: 100 }), {}, null],
    ['4:2:2 in H.264', video({ profile: 122, chroma: 2 }), {}, 2207026],
    ['4:4:4 in a profile that is not for it alone', video({ profile: 100, chroma: 3 }), {}, 2207026],
    ['4:2:2 in HEVC', video({ codec: 'hvc1', chroma: 2 }), {}, 2207026],
    ['interlaced H.264', video({ isInterlaced: true }), {}, 2207026],
    ['interlaced HEVC', video({ codec: 'hvc1', isInterlaced: true }), {}, 2207026],
    ['groups of pictures that need nothing before them', video({ hasEarlyPicture: false }), {}, null],
    ['an open GOP', video({ hasEarlyPicture: true }), {}, 2207026],
    ['23 frames a second', video({ framesPerSecond: 23 }), {}, null],
    ['23.976 frames a second', video({ framesPerSecond: 23.976 }), {}, null],
    ['15 frames a second', video({ framesPerSecond: 15 }), {}, 2207085],
    ['60 frames a second', video({ framesPerSecond: 60 }), {}, null],
    ['22.5 frames a second', video({ framesPerSecond: 22.5 }), {}, 2207085],
    ['61 frames a second', video({ framesPerSecond: 61 }), {}, 2207085],
    ['120 frames a second', video({ framesPerSecond: 120 }), {}, 2207085],
    ['25 Mbit/s', video({ durationMs: 3000, dataBytes: 9_375_000 }), {}, null],
    ['over 25 Mbit/s', video({ durationMs: 3000, dataBytes: 9_375_001 }), {}, 2207085],
    ['AAC, 48 kHz, stereo', video({ audio: {} }), {}, null],
    ['AAC, mono', video({ audio: { channels: 1 } }), {}, null],
    ['AAC, three channels', video({ audio: { channels: 3 } }), {}, 2207085],
    ['AAC, 5.1', video({ audio: { channels: 6 } }), {}, 2207085],
    ['AAC, 96 kHz', video({ audio: { rateIndex: 0 } }), {}, 2207085],
    ['MP3 in an mp4a track', video({ audio: { objectType: 0x6b } }), {}, 2207026],
    ['Opus', video({ audio: { codec: 'Opus' } }), {}, 2207026],
    ['an edit list that cuts', video({ edits: [1024] }), {}, 2207026],
    ['an edit list that repeats', video({ edits: [0, 0] }), {}, 2207026],
    ['an edit list that does nothing', video({ edits: [0] }), {}, null],
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

  it.each(videos)('§1.7, §10.7 video in the status: %s', async (_fact, url, extra, subcode) => {
    const id = (await me.create({ media_type: 'REELS', video_url: url(), ...extra })).text('id');
    const state = await me.settled(id);
    if (subcode === null) return expect(state.at('status_code')).toBe('FINISHED');
    expect(state.body).toEqual({ id, status_code: 'ERROR', status: `Error: Media upload has failed with error code ${String(subcode)}` });
    expect((await me.publish(id)).outcome).toBe('9007/2207027');
  });

  it('§1.2, §2.3 music on a silent reel is 2207082, unless video_volume is 0', async () => {
    const page = new GraphClient(`${sandbox.url}/graph.facebook.com`, facebookToken, me.userId, me.username);
    const end = async (audio: object, description: Parameters<typeof mp4>[0]): Promise<string> => {
      const params = { media_type: 'REELS', video_url: video(description)(), audio_configuration: { audio_id: '1', ...audio } };
      return (await me.settled((await page.create(params)).text('id'))).text('status');
    };
    expect(await end({}, {})).toContain('2207082');
    expect(await end({ video_volume: 1 }, {})).toContain('2207082');
    expect(await end({ video_volume: 0 }, {})).toContain('Finished');
    expect(await end({ video_volume: 1 }, { audio: {} })).toContain('Finished');
  });

  const lenient: [fact: string, params: () => Params | Promise<Params>, end: string][] = [
    ['a PNG', async () => ({ image_url: host.put(await png(400, 500), 'image/png') }), 'FINISHED'],
    ['a 3:4 picture', async () => ({ image_url: await photo(300, 400) }), 'FINISHED'],
    ['less than 200 pixels', async () => ({ image_url: await photo(199, 300) }), '36001/2207005'],
    ['a GIF', () => ({ image_url: host.put(Buffer.from('GIF89a'), 'image/gif') }), '36001/2207005'],
    ['wider than 10:1', async () => ({ image_url: await photo(2010, 200) }), '36003/2207009'],
    ['a reel of 90 min', () => film({ durationMs: 5_400_000 }), 'FINISHED'],
    ['a reel over 90 min', () => film({ durationMs: 5_400_001 }), 'ERROR'],
    ['a carousel video of 60 min', () => ({ ...film({ durationMs: 3_600_000 }), media_type: 'VIDEO', is_carousel_item: true }), 'FINISHED'],
    ['a carousel video over 60 min', () => ({ ...film({ durationMs: 3_600_001 }), media_type: 'VIDEO', is_carousel_item: true }), 'ERROR'],
    ['a story of 1 s', () => ({ ...film({ durationMs: 1000 }), media_type: 'STORIES' }), 'FINISHED'],
    ['a story over 60 s', () => ({ ...film({ durationMs: 60_001 }), media_type: 'STORIES' }), 'ERROR'],
    ['the index last', () => film({ isIndexLast: true }), 'FINISHED'],
    ['an edit list', () => film({ edits: [1024] }), 'FINISHED'],
    ['VP9', () => film({ codec: 'vp09' }), 'ERROR'],
  ];
  const film = (description: Parameters<typeof mp4>[0]): Params => ({ media_type: 'REELS', video_url: video(description)() });

  it.each(lenient)('§1.7 "Conflicts" with lenient limits: %s', async (_fact, params, end) => {
    const owner = await control.account({}, { processing_ms: 0, limits: 'lenient' });
    const answer = await owner.create(await params());
    expect(answer.outcome === 'ok' ? (await owner.settled(answer.text('id'))).at('status_code') : answer.outcome).toBe(end);
  });

  it('§1.8 a PNG that was let in is served as one', async () => {
    const owner = await control.account({}, { processing_ms: 0, limits: 'lenient' });
    const media = await owner.publishNow({ image_url: host.put(await png(400, 500), 'image/png') });
    const picture = await fetch((await owner.get(`/${media}`, { fields: 'media_url' })).text('media_url'));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  it.each([
    ['forbids facebookexternalhit', 'User-agent: facebookexternalhit\nDisallow: /', true],
    ['forbids meta-externalagent', 'User-agent: meta-externalagent\nDisallow: /', true],
    ['forbids everybody but Meta', 'User-agent: *\nDisallow: /\nUser-agent: facebookexternalhit\nUser-agent: meta-externalagent\nAllow: /', false],
  ])('§10.7 a robots.txt which %s', async (_fact, rules, isForbidden) => {
    const strict = await startMediaHost();
    strict.robots(rules);
    const picture = strict.put(await jpeg(), 'image/jpeg');
    expect((await me.create({ image_url: picture })).outcome).toBe(isForbidden ? '9004/2207052' : 'ok');
    const id = (await me.create({ media_type: 'REELS', video_url: strict.put(mp4(), 'video/mp4') })).text('id');
    expect((await me.settled(id)).text('status')).toContain(isForbidden ? '2207077' : 'Finished');
    const covered = (await me.create({ media_type: 'REELS', video_url: host.put(mp4(), 'video/mp4'), cover_url: picture })).text('id');
    expect((await me.settled(covered)).text('status')).toContain(isForbidden ? '2207052' : 'Finished');
    expect(strict.hits(picture)).toBe(isForbidden ? 0 : 2);
    await strict.close();
  });

  it('§1.2 an unusable video address is refused at creation', async () => {
    expect((await me.create({ media_type: 'REELS', video_url: 'http://host.example/fílm.mp4' })).outcome).toBe('9004/2207052');
  });

  it('§1.7 a story image has no aspect limits', async () => {
    expect((await me.create({ media_type: 'STORIES', image_url: await photo(1080, 1920) })).outcome).toBe('ok');
  });

  it('§1.3 ERROR is not shown before the processing time is over', async () => {
    const slow = await control.account({}, { processing_ms: 3_600_000 });
    const url = host.put(Buffer.from('not a film'), 'video/mp4');
    const id = (await slow.create({ media_type: 'REELS', video_url: url })).text('id');
    await eventually(() => Promise.resolve(host.hits(url) > 0 ? true : null));
    expect(await slow.status(id)).toBe('IN_PROGRESS');
    await control.advance(3_600_000);
    expect((await slow.settled(id)).at('status_code')).toBe('ERROR');
  });

  it('§1.8 a large film arrives whole at the CDN', async () => {
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
