import 'reflect-metadata';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpegBinary } from '#testing/ffmpeg-binary';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { encodeVideo } from '#testing/media/encode-video';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { LiveApi } from './live-api.js';

interface Media { readonly id: string; readonly width: number; readonly height: number; readonly content_type: string; readonly url: string; readonly thumbnail_url: string | null }
interface Body {
  readonly id: string;
  readonly media: readonly Media[];
  readonly data: readonly { readonly id: string; readonly media: readonly Media[] }[];
  readonly warnings: readonly { readonly rule: string; readonly path: string; readonly message: string }[];
  readonly errors: readonly string[];
}

let api: LiveApi;
let bare: LiveApi;
let host: LoopbackMediaHost;
let [wide, tall, square, png, strip, reel]: [string, string, string, string, string, string] = ['', '', '', '', '', ''];
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shapes-'));
  host = await LoopbackMediaHost.start();
  api = await LiveApi.start(4, null, { FFMPEG_PATH: await findFfmpegBinary(), MEDIA_LIMITS: 'documented' });
  bare = await LiveApi.start(4, null, { FFMPEG_PATH: 'off', MEDIA_LIMITS: 'documented' });
  const picture = async (name: string, width: number, height: number): Promise<string> => host.serve(name, await makeJpeg({ width, height }), 'image/jpeg');
  const video = async (name: string, size: string): Promise<string> => {
    const path = join(folder, name);
    await encodeVideo(path, { size, output: ['-movflags', '+faststart', '-use_editlist', '0'] });
    return host.serve(`/${name}`, await readFile(path), 'video/mp4');
  };
  [wide, tall, square] = [await picture('/wide.jpg', 1200, 400), await picture('/tall.jpg', 400, 900), await picture('/square.jpg', 500, 500)];
  png = host.serve('/square.png', await makePng({ width: 900, height: 600 }), 'image/png');
  [strip, reel] = [await video('strip.mp4', '1100x100'), await video('reel.mp4', '180x320')];
  await rm(folder, { recursive: true, force: true });
}, 120_000);
afterAll(async () => {
  await Promise.all([api?.close(), bare?.close(), host?.stop()]);
});

async function call(method: string, path: string, body: object | null = null, at = api): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await at.send({ method, operationId: null, url: path, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${at.key}`, ...(body && { 'content-type': 'application/json' }) } });
  return { status: answer.status, body: JSON.parse(answer.text) as Body };
}
const request = (media: readonly string[], instagram: object = {}): object => ({ post: { draft: true }, profiles: ['instagram'], media, platforms: { instagram } });
const create = (media: readonly string[], instagram: object = {}, at = api) => call('POST', '/api/posts', request(media, instagram), at);
const sizes = ({ media }: Body): string[] => media.map(({ width, height }) => `${width}×${height}`);

/** What lies behind an address of ours. */
async function fetched(url: string | null | undefined, at = api): Promise<Buffer> {
  const answer = await fetch(`${await at.url()}${(url ?? '').replace(/^https?:\/\/[^/]+/, '')}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}
async function keysOf(id: string): Promise<{ original_key: string; delivery_key: string; thumbnail_key: string | null }[]> {
  return api.query('SELECT original_key, delivery_key, thumbnail_key FROM media WHERE post_id = $1 ORDER BY position', [id]);
}

describe('fit', () => {
  it('brings pictures into the range of the rules, says so, and leaves those within alone', async () => {
    expect(await create([wide])).toMatchObject({ status: 422, body: { errors: [expect.stringMatching(/^Aspect ratio is 3:1/)] } });
    const { status, body } = await create([wide, tall, square], { fit: ['pad', 'crop', 'crop'] });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(sizes(body)).toEqual(['1200×629', '400×500', '500×500']);
    expect(body.warnings).toMatchObject([
      { rule: 'media.padded', path: 'media[0]', message: 'Padded with white from 1200×400 to 1200×629 pixels' },
      { rule: 'media.cropped', path: 'media[1]', message: 'Cropped to the middle from 400×900 to 400×500 pixels' },
    ]);
    const copy = await sharp(await fetched(body.media[0]?.url)).extract({ left: 600, top: 20, width: 8, height: 8 }).toBuffer();
    const { channels } = await sharp(copy).stats();
    for (const { mean } of channels) expect(mean).toBeGreaterThan(250);
    const [, , untouched] = await keysOf(body.id);
    expect(untouched?.delivery_key).toBe(untouched?.original_key);
  });

  it('is honoured by the dry run', async () => {
    const said = await call('POST', '/api/posts/validate', request([wide], { fit: 'crop' }));
    expect(said).toMatchObject({ status: 200, body: { valid: true, media: [{ width: 764, height: 400 }], warnings: [{ rule: 'media.cropped' }] } });
    expect((await call('POST', '/api/posts/validate', request([wide]))).body).toMatchObject({ valid: false });
  });

  it.each<[object, string]>([
    [{ fit: 'stretch' }, 'fit must be one of pad, crop, or a list of them with "" for none, not "stretch"'],
    [{ fit: ['pad', 'pad'] }, 'fit has 2 entries for 1 media'],
    [{ fits: 'pad' }, 'Invalid platform params for instagram: fits. Allowed: format, fit, '],
  ])('%j is refused', async (params, sentence) => {
    const { status, body } = await create([square], params);
    expect([status, body.errors[0]?.slice(0, sentence.length)]).toEqual([422, sentence]);
  });

  it('makes a video fit by ffmpeg; without one the rule refuses as before, with the reason', async () => {
    for (const [fit, size] of [['pad', '1100×110'], ['crop', '1000×100']] as const) {
      const { status, body } = await create([strip], { format: 'reel', fit });
      expect(status, JSON.stringify(body)).toBe(201);
      expect([sizes(body), body.warnings[0]?.rule]).toEqual([[size], fit === 'pad' ? 'media.padded' : 'media.cropped']);
    }
    expect(await create([strip], { format: 'reel' })).toMatchObject({ status: 422 });
    const { body } = await call('POST', '/api/posts/validate', request([strip], { format: 'reel', fit: 'pad' }), bare);
    expect(body).toMatchObject({ valid: false, violations: [{ rule: 'instagram.reel.video_aspect_max' }] });
    expect(body.warnings[0]).toMatchObject({ rule: 'media.not_transcoded', message: 'Not encoded again (it is to be padded to 1100×110): ffmpeg is not installed' });
  }, 60_000);

  it('is changed by PATCH, each time from the original, and the media stay the same media', async () => {
    const made = (await create([wide, square], { fit: 'crop' })).body;
    expect(sizes(made)).toEqual(['764×400', '500×500']);
    const change = (instagram: object) => call('PATCH', `/api/posts/${made.id}`, { platforms: { instagram } });
    const padded = await change({ fit: 'pad' });
    expect(padded, JSON.stringify(padded.body)).toMatchObject({ status: 200, body: { warnings: [{ rule: 'media.padded', message: 'Padded with white from 1200×400 to 1200×629 pixels' }] } });
    expect(sizes(padded.body)).toEqual(['1200×629', '500×500']);
    expect(padded.body.media.map(({ id }) => id)).toEqual(made.media.map(({ id }) => id));
    expect(await call('GET', `/api/posts/${made.id}`)).toMatchObject({ body: { media: [{ width: 1200, height: 629 }, { width: 500 }] } });
    expect(await change({ fit: null })).toMatchObject({ status: 422 });
    const story = await call('PATCH', `/api/posts/${made.id}`, { media: [wide], platforms: { instagram: { format: 'story' } } });
    expect([story.status, sizes(story.body)]).toEqual([200, ['1200×400']]);
    const feed = await change({ format: 'post' });
    expect([feed.status, sizes(feed.body), feed.body.warnings.map(({ rule }) => rule)]).toEqual([200, ['1200×629'], ['media.padded']]);
  });

  it('leaves what is stored alone where nothing about shapes changes', async () => {
    const made = (await create([wide], { fit: 'crop' })).body;
    const before = await keysOf(made.id);
    const rows = () => api.query('SELECT xmin::text FROM media WHERE post_id = $1', [made.id]);
    const version = await rows();
    expect((await call('PATCH', `/api/posts/${made.id}`, { post: { body: 'New words' } })).status).toBe(200);
    expect([await keysOf(made.id), await rows()]).toEqual([before, version]);
  });

  it('says so when the original is gone', async () => {
    const made = (await create([wide], { fit: 'crop' })).body;
    await api.query("UPDATE media SET original_key = repeat('0', 64) WHERE post_id = $1", [made.id]);
    expect(await call('PATCH', `/api/posts/${made.id}`, { platforms: { instagram: { fit: 'pad' } } })).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'media.stored', path: 'media[0]' }] } } });
  });
});

describe('thumbnail_url', () => {
  it('leads to a small JPEG in the shape of what goes out: of pictures, repaired ones and videos, in every answer', async () => {
    const made = (await create([wide, png, reel], { fit: 'pad' })).body;
    expect(made.media, JSON.stringify(made)).toHaveLength(3);
    const found = await Promise.all(made.media.map(async ({ thumbnail_url }) => sharp(await fetched(thumbnail_url)).metadata()));
    expect(found.map(({ format, width, height }) => [format, width, height])).toEqual([['jpeg', 320, 168], ['jpeg', 320, 213], ['jpeg', 180, 320]]);
    const one = (await call('GET', `/api/posts/${made.id}`)).body;
    const listed = (await call('GET', '/api/posts?limit=1')).body.data.find(({ id }) => id === made.id);
    for (const shown of [one.media, listed?.media ?? []]) {
      expect(await Promise.all(shown.map(async ({ thumbnail_url }) => (await fetched(thumbnail_url)).length))).toEqual(found.map(({ size }) => size));
    }
  });

  it('is null for a video without ffmpeg, and a post all the same', async () => {
    const { status, body } = await create([reel], { format: 'reel' }, bare);
    expect([status, body.media[0]?.thumbnail_url]).toEqual([201, null]);
    expect((await create([square], {}, bare)).body.media[0]?.thumbnail_url).toMatch(/\/media\/[0-9a-f]{64}\.jpg\?expires=/);
  });
});
