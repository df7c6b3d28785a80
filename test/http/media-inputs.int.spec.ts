import 'reflect-metadata';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FormData } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UrlSigner } from '#infra/crypto/url-signer';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { LiveApi } from './live-api.js';

let api: LiveApi;
let host: LoopbackMediaHost;
let url: string;
let pictures: Buffer[];
let clip: Buffer;
beforeAll(async () => {
  [api, host] = await Promise.all([LiveApi.start(4), LoopbackMediaHost.start()]);
  pictures = await Promise.all([320, 330, 340, 350].map((width) => makeJpeg({ width, height: 320 })));
  clip = await makeMp4({ seconds: 3, width: 320, height: 320 });
  url = host.serve('/a.jpg', picture(0), 'image/jpeg');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await host?.stop();
});

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & { readonly media: { readonly id: string; readonly width: number; readonly source_url: string | null; readonly url: string }[] };
}

function picture(index: number): Buffer {
  const found = pictures[index];
  if (!found) throw new Error(`There is no picture ${index}`);
  return found;
}

async function call(body: string | FormData, { key = api.key, headers = {}, path = '/api/posts' } = {}): Promise<Reply> {
  const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  const answer = await fetch(`${await api.url()}${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${key}`, ...type, ...headers } });
  return { status: answer.status, body: (await answer.json()) as Reply['body'] };
}

const post = (media: unknown, more: object = {}): string => JSON.stringify({ post: { body: randomUUID(), draft: true }, profiles: ['instagram'], media, ...more });
const uri = (bytes: Buffer, type = 'image/jpeg'): string => `data:${type};base64,${bytes.toString('base64')}`;
const widths = ({ status, body }: Reply): unknown => (status === 201 ? body.media.map(({ width }) => width) : { status, body });
const form = (fields: readonly (readonly [string, string | Buffer])[]): FormData => {
  const data = new FormData();
  for (const [name, value] of [['profiles[]', 'instagram'], ['post[draft]', 'true'], ...fields] as const) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, new Blob([value], { type: 'text/plain' }), 'nonsense.txt');
  }
  return data;
};

describe('media in JSON', () => {
  it('are addresses, data URIs, base64 with a type, in the order of the post', async () => {
    const media = [uri(picture(1)), url, { base64: picture(2).toString('base64'), content_type: 'text/html', filename: 'x.exe' }, { base64: uri(picture(3), 'video/mp4') }];
    expect(widths(await call(post(media)))).toEqual([330, 320, 340, 350]);
  });

  it('may be one alone, and a text with escaped slashes', async () => {
    expect(widths(await call(post(uri(picture(1)))))).toEqual([330]);
    expect(widths(await call(post([uri(picture(2))]).replaceAll('/', '\\/')))).toEqual([340]);
  });

  it('are taken in base64 for URLs and without padding, too', async () => {
    expect(widths(await call(post([{ base64: picture(1).toString('base64url') }])))).toEqual([330]);
  });

  it('come byte for byte, however the body is cut', async () => {
    const bytes = Buffer.concat([picture(1), randomBytes(100_003)]); // behind the end of a JPEG anything may follow
    const made = await call(post([uri(bytes)]));
    expect(widths(made)).toEqual([330]);
    const [row] = await api.query<{ original_key: string }>('SELECT original_key FROM media WHERE id = $1', [made.body.media[0]?.id]);
    expect(row?.original_key).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('are judged by their content: a data URI that calls a text a picture is refused', async () => {
    expect(await call(post([uri(Buffer.from('<html>'))]))).toMatchObject({ status: 422, body: { code: 'media_unreadable' } });
  });

  it.each<[string, () => unknown, object]>([
    ['base64 that is none', () => [url, { base64: 'not base64!' }], { status: 422, body: { code: 'validation_failed', details: { violations: [{ rule: 'media.base64', path: 'media[1]' }] } } }],
    ['a data URI without base64', () => ['data:text/plain,hello'], { status: 422, body: { errors: ['each media must be a URL, a base64 data URI, the key of an upload, or a file'] } }],
    ['an object with two sources', () => [{ id: 'med_1', key: 'upl_1' }], { status: 422, body: { errors: ['a media object must have exactly one of base64, id and key'] } }],
    ['an unknown field', () => [{ id: 'med_1', colour: 'red' }], { status: 422 }],
    ['a number for base64', () => [{ base64: 5 }], { status: 422, body: { errors: ['base64 of a media must be text'] } }],
    ['an id that nobody has', () => [{ id: 'med_nobody' }], { status: 422, body: { details: { violations: [{ rule: 'media.known', path: 'media[0]' }] } } }],
    ['a key that nobody has', () => ['upl_nobody'], { status: 422, body: { details: { violations: [{ rule: 'media.known', path: 'media[0]' }] } } }],
  ])('are refused: %s', async (_name, media, expected) => expect(await call(post(media()))).toMatchObject(expected));

  it('are decoded in `media` alone: elsewhere such a text is a text', async () => {
    const made = await call(JSON.stringify({ post: { body: uri(picture(0)).slice(0, 500), draft: true }, profiles: ['instagram'], media: [url] }));
    expect([made.status, made.body['body']]).toEqual([201, uri(picture(0)).slice(0, 500)]);
  });

  it('may be many megabytes, up to the limit', async () => {
    const large = Buffer.concat([picture(1), randomBytes(25_000_000)]);
    // A picture of 25 MB is made smaller by a repair, so it is accepted.
    expect(widths(await call(post([{ base64: large.toString('base64') }])))).toEqual([330]);
    expect(await call(post([{ base64: 'A'.repeat(42_000_000) }]))).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  }, 60_000);

  it('are the same request again under an idempotency key, and another one with other bytes', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = post([uri(picture(1))]);
    const first = await call(body, { headers });
    expect(await call(body, { headers })).toEqual(first);
    expect(await call(body.replace(uri(picture(1)), uri(picture(2))), { headers })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });
});

describe('media in a form', () => {
  it.each([['media[]', 'media[]', 'media[]'], ['media[0]', 'media[1]', 'media[2]'], ['media', 'media', 'media']])('are files and addresses mixed, as %s, in order', async (first, second, third) => {
    expect(widths(await call(form([[first, picture(1)], [second, url], [third, picture(2)]])))).toEqual([330, 320, 340]);
  });

  it('may be a small data URI or the id of an earlier one', async () => {
    const [earlier] = (await call(post([uri(picture(3))]))).body.media;
    const tiny = await makeJpeg({ width: 360, height: 320 });
    expect(widths(await call(form([['media[]', uri(tiny)], ['media[]', earlier?.id ?? '']])))).toEqual([360, 350]);
  });
});

describe('a medium of an earlier post', () => {
  it('is used again by its id, also when its post is somewhere else in the workspace', async () => {
    const earlier = (await call(post([url]))).body.media[0];
    const again = await call(post([{ id: earlier?.id }, earlier?.id]));
    expect(widths(again)).toEqual([320, 320]);
    expect(again.body.media[0]).toMatchObject({ source_url: url });
    expect(again.body.media[0]?.id).not.toBe(earlier?.id);
  });

  it('is not there for a key of another group, nor for another workspace', async () => {
    const id = (await call(post([url]))).body.media[0]?.id ?? '';
    const group = `grp_${randomUUID()}`;
    await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, $2, 'Second', now())", [api.workspaceId, group]);
    const profile = `prof_${randomUUID()}`;
    await api.query(
      `INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
       VALUES ($1, $2, $3, 'instagram', $2, $2, 'u', 'n', 'sealed', now(), now())`, [api.workspaceId, profile, group]);
    const unknown = { status: 422, body: { details: { violations: [{ rule: 'media.known' }] } } };
    expect(await call(post([{ id }]), { key: await api.issueKey({ groupId: group }) })).toMatchObject(unknown);
  });
});

describe('a cover', () => {
  it('comes as a file of the form and is delivered from here; a video is refused', async () => {
    const reel = [['media[]', clip], ['platforms[instagram][format]', 'reel']] as const;
    const made = await call(form([...reel, ['platforms[instagram][cover_file]', picture(1)]]));
    expect(made).toMatchObject({ status: 201, body: { platforms: [{ params: { cover_url: expect.stringMatching(/\/media\/[0-9a-f]{64}\.jpg\?expires=/) as string } }] } });
    const [target] = made.body['platforms'] as { params: { cover_url: string } }[];
    const cover = await fetch(`${await api.url()}${target?.params.cover_url.replace(/^https?:\/\/[^/]+/, '') ?? ''}`);
    expect([cover.status, Buffer.from(await cover.arrayBuffer()).equals(picture(1))]).toEqual([200, true]);
    expect(await call(form([...reel, ['platforms[instagram][cover_file]', clip]]))).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'media.cover_image' }] } } });
  });

  it('comes as an address, is judged, and is delivered from here whatever becomes of its source', async () => {
    const at = (path: string): string => post([uri(clip, 'video/mp4')], { platforms: { instagram: { format: 'reel', cover_url: path } } });
    const png = await call(at(host.serve(`/${randomUUID()}`, await makePng({ width: 320, height: 568 }), 'image/png')));
    const [target] = png.body['platforms'] as { params: { cover_url: string } }[];
    expect(target?.params.cover_url).toMatch(/\/media\/[0-9a-f]{64}\.jpg\?expires=/);
    // Sent again, as a client does that edits what it read: nothing is fetched, not even from here, where PUBLIC_URL may have been another.
    const path = (cover = ''): string => new URL(cover).pathname;
    const again = await call(at(target?.params.cover_url.replace(/^https?:\/\/[^/]+/, 'http://127.0.0.1:9') ?? ''));
    expect(again.status, JSON.stringify(again.body)).toBe(201);
    expect(path((again.body['platforms'] as { params: { cover_url: string } }[])[0]?.params.cover_url)).toBe(path(target?.params.cover_url));
    expect(await call(at(host.url('/nothing')))).toMatchObject({ status: 422, body: { code: 'media_unreachable' } });
    expect(await call(at('http://10.0.0.1/a.jpg'))).toMatchObject({ status: 422, body: { code: 'egress_refused' } });
    expect(await call(at('a.jpg'))).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'instagram.params.cover_url' }] } } });
  });

  const reelWith = (cover: string, more: object = {}): string => post([uri(clip, 'video/mp4')], { platforms: { instagram: { format: 'reel', cover_url: cover }, ...more } });
  const paramsOf = ({ body }: Reply): { cover_url: string } => (body['platforms'] as { params: { cover_url: string } }[])[0]?.params ?? { cover_url: '' };
  const refusedFor = (rule: string): object => ({ status: 422, body: { details: { violations: [{ rule, path: 'platforms.instagram.cover_url' }] } } });
  const outlived = (link: string): string => {
    const path = new URL(link).pathname;
    const signer = new UrlSigner(api.encryptionKeys);
    const { expires, signature } = signer.sign(path, new Date(Date.now() - 60_000));
    return `${new URL(link).origin}${path}?expires=${expires}&signature=${signature}`;
  };

  it('that is a link of ours is judged like any other: it may lead to a video, or to nothing', async () => {
    const { body } = await call(post([uri(await makeMp4({ seconds: 4, width: 320, height: 320 }), 'video/mp4')]));
    expect(await call(reelWith(body.media[0]?.url ?? ''))).toMatchObject(refusedFor('media.cover_image'));
    const made = await call(reelWith(host.serve(`/${randomUUID()}`, await makeJpeg({ width: 321, height: 568 }), 'image/jpeg')));
    const key = /[0-9a-f]{64}/.exec(paramsOf(made).cover_url)?.[0] ?? '';
    rmSync(join(api.dataDir, 'media', key.slice(0, 2), key));
    expect(await call(reelWith(paramsOf(made).cover_url))).toMatchObject(refusedFor('media.stored'));
  });

  it('that is an old link of ours is for whoever has a post with its file', async () => {
    const made = await call(reelWith(host.serve(`/${randomUUID()}`, await makeJpeg({ width: 322, height: 568 }), 'image/jpeg')));
    const old = outlived(paramsOf(made).cover_url);
    expect(await call(reelWith(old))).toMatchObject({ status: 201 });
    const stranger = await call(reelWith(old), { key: await api.issueKey({ groupId: await strangersGroup() }) });
    expect(stranger).toMatchObject(refusedFor('media.known'));
  });

  it('is not fetched for a network that is not posted to', async () => {
    const hidden = host.serve(`/${randomUUID()}`, picture(1), 'image/jpeg');
    expect(await call(post([url], { platforms: { elsewhere: { cover_url: hidden } } }))).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'post.platform_known' }] } } });
    expect(host.requests.filter((line) => line.includes(new URL(hidden).pathname))).toEqual([]);
  });

  it('is the only file beside the media', async () => {
    expect(await call(form([['post[body]', picture(1)]]))).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });
});

/** A group with a profile of its own, in the same workspace. */
async function strangersGroup(): Promise<string> {
  const [group, profile] = [`grp_${randomUUID()}`, `prof_${randomUUID()}`];
  await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, $2, 'other', now())", [api.workspaceId, group]);
  await api.query(
    `INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
     VALUES ($1, $2, $3, 'instagram', $2, $2, 'u', 'n', 'sealed', now(), now())`, [api.workspaceId, profile, group]);
  return group;
}

describe('a body with files', () => {
  it('is refused where it is nested too deeply to be walked through, not failed on', async () => {
    const deep = (levels: number): string => post([uri(picture(0))]).replace(/}$/, `,"metadata":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    for (const levels of [40, 15_000, 200_000]) expect(await call(deep(levels))).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
  });

  it('is not read for somebody without a key', async () => {
    expect(await call(post([uri(picture(0))]), { key: 'nonsense' })).toMatchObject({ status: 401 });
  });
});
