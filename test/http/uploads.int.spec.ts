import 'reflect-metadata';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { LiveApi } from './live-api.js';

let api: LiveApi;
let jpeg: Buffer;
beforeAll(async () => {
  api = await LiveApi.start(4);
  jpeg = await makeJpeg({ width: 320, height: 330 });
}, 60_000);
afterAll(() => api?.close());

interface Begun {
  readonly key: string;
  readonly url: string;
}
interface Reply {
  readonly status: number;
  readonly range: string | null;
  readonly offset: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(path: string, body: object, key = api.key): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${await api.url()}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function begin(body: object = {}): Promise<Begun> {
  const answer = await post('/api/uploads', body);
  expect(answer).toMatchObject({ status: 201, body: { key: expect.stringMatching(/^upl_/) as string, expires_in: 86_400 } });
  const address = new URL(String(answer.body['upload_url']));
  return { key: String(answer.body['key']), url: `${await api.url()}${address.pathname}${address.search}` };
}

async function put({ url }: Begun, bytes: Buffer | null, headers: Record<string, string> = {}, method = 'PUT'): Promise<Reply> {
  const answer = await fetch(url, { method, body: bytes && new Uint8Array(bytes), headers });
  const text = await answer.text();
  return { status: answer.status, range: answer.headers.get('range'), offset: answer.headers.get('upload-offset'), body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const part = (bytes: Buffer, start: number, end: number, total: number | string = bytes.length): [Buffer, Record<string, string>] => [bytes.subarray(start, end), { 'content-range': `bytes ${start}-${end - 1}/${total}` }];
const use = (media: unknown, key = api.key) => post('/api/posts', { post: { body: randomUUID(), draft: true }, profiles: ['instagram'], media: [media] }, key);
const rowOf = async ({ key }: Begun) => (await api.query<{ received_bytes: string; object_key: string | null; token: string | null }>('SELECT * FROM upload WHERE id = $1', [key]))[0];

describe('an upload in one piece', () => {
  it.each(['application/octet-stream', 'image/jpeg', 'application/json', 'multipart/form-data; boundary=x', 'video/mp4', ''])('takes bytes called "%s", and is used in posts many times', async (type) => {
    const upload = await begin({ filename: 'a.txt', content_type: 'text/plain', size: jpeg.length });
    expect(await put(upload, jpeg, type === '' ? {} : { 'content-type': type })).toMatchObject({ status: 200, body: { key: upload.key, size: jpeg.length } });
    for (const media of [upload.key, { id: upload.key }, { key: upload.key }]) {
      expect(await use(media)).toMatchObject({ status: 201, body: { media: [{ width: 320, height: 330, source_url: null }] } });
    }
  });

  it('may come without a length', async () => {
    const upload = await begin();
    const status = await new Promise((resolve, reject) => {
      const sending = rawRequest(upload.url, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
      sending.write(jpeg.subarray(0, 100));
      sending.end(jpeg.subarray(100));
    });
    expect(status).toBe(200);
    expect((await use(upload.key)).status).toBe(201);
  });

  it('can be larger than a checkpoint, and its bytes are those that were sent', async () => {
    const bytes = Buffer.concat([jpeg, randomBytes(20_000_000)]);
    const upload = await begin();
    expect((await put(upload, bytes)).status).toBe(200);
    expect((await rowOf(upload))?.object_key).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe('an upload in pieces', () => {
  it('goes on from where it is, tells where by 308 and by HEAD, and is complete with its last byte', async () => {
    const upload = await begin();
    expect(await put(upload, null, { 'content-range': 'bytes */*' })).toMatchObject({ status: 308, range: null, offset: '0' });
    expect(await put(upload, ...part(jpeg, 0, 100))).toMatchObject({ status: 308, range: 'bytes=0-99', offset: '100' });
    expect(await put(upload, null, {}, 'HEAD')).toMatchObject({ status: 200, range: 'bytes=0-99', offset: '100' });
    expect(await use(upload.key)).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'media.upload_complete', actual: 100 }] } } });
    expect(await put(upload, ...part(jpeg, 100, 200, '*'))).toMatchObject({ status: 308, offset: '200' });
    expect(await put(upload, ...part(jpeg, 200, jpeg.length))).toMatchObject({ status: 200, body: { size: jpeg.length } });
    expect(await put(upload, null, { 'content-range': `bytes */${jpeg.length}` })).toMatchObject({ status: 200, body: { key: upload.key } });
    expect((await use(upload.key)).status).toBe(201);
  });

  it('keeps what came of a request that was cut off, also when its process restarts', async () => {
    const upload = await begin({ size: jpeg.length });
    const file = `${api.dataDir}/uploads/${upload.key}`;
    const sending = rawRequest(upload.url, { method: 'PUT', headers: { 'content-length': String(jpeg.length) } }).on('error', () => undefined);
    sending.write(jpeg.subarray(0, 150));
    await expect.poll(async () => (await stat(file).catch(() => null))?.size).toBe(150);
    sending.destroy();
    await expect.poll(async () => (await rowOf(upload))?.token).toBeNull();
    const offset = Number((await put(upload, null, {}, 'HEAD')).offset);
    expect(offset).toBe(150);
    // Whatever a process that was killed had written behind what the row knows is cut off.
    await appendFile(file, 'rubbish');
    expect((await put(upload, ...part(jpeg, offset, jpeg.length))).status).toBe(200);
    expect((await use(upload.key)).status).toBe(201);
  });

  it('is completed by the question when its process died between the last byte and the end', async () => {
    const upload = await begin({ size: jpeg.length });
    await put(upload, ...part(jpeg, 0, 100));
    await writeFile(`${api.dataDir}/uploads/${upload.key}`, jpeg);
    await api.query('UPDATE upload SET received_bytes = size_bytes WHERE id = $1', [upload.key]);
    expect(await put(upload, null, { 'content-range': 'bytes */*' })).toMatchObject({ status: 200, body: { key: upload.key, size: jpeg.length } });
    expect((await use(upload.key)).status).toBe(201);
  });

  it.each([100, Number.MAX_SAFE_INTEGER])('says that it has to come again when its file is lost: %s bytes', async (length) => {
    const upload = await begin({ size: jpeg.length });
    await put(upload, ...part(jpeg, 0, 100));
    await api.query('UPDATE upload SET received_bytes = least($2::bigint, size_bytes) WHERE id = $1', [upload.key, length]);
    await rm(`${api.dataDir}/uploads/${upload.key}`);
    const gone = { status: 409, body: { code: 'state_conflict', details: { offset: 0 } } };
    const answer = length === 100 ? await put(upload, ...part(jpeg, 100, 200)) : await put(upload, null, { 'content-range': 'bytes */*' });
    expect(answer).toMatchObject(gone);
    expect(await put(upload, null, {}, 'HEAD')).toMatchObject({ status: 200, offset: '0' });
    expect((await put(upload, jpeg)).status).toBe(200);
  });

  it('begins anew with a whole file', async () => {
    const upload = await begin();
    await put(upload, ...part(Buffer.alloc(500), 0, 100));
    expect((await put(upload, jpeg)).status).toBe(422); // another length than 500
    const other = await begin();
    await put(other, ...part(Buffer.alloc(500), 0, 100, '*'));
    expect((await put(other, jpeg)).status).toBe(200);
    expect((await use(other.key)).status).toBe(201);
  });

  it.each<[string, (bytes: Buffer) => [Buffer, Record<string, string>], number, string]>([
    ['a gap', (bytes) => part(bytes, 50, 100), 409, 'state_conflict'],
    ['another total than declared', (bytes) => part(bytes, 0, 10, bytes.length + 1), 422, 'validation_failed'],
    ['a total above the limit', (bytes) => part(bytes, 0, 10, 314_572_801), 413, 'body_too_large'],
    ['a range that is none', (bytes) => [bytes, { 'content-range': 'items 1-2/3' }], 400, 'malformed_request'],
    ['other bytes than the range says', (bytes) => [bytes, { 'content-range': `bytes 0-9/${bytes.length}` }], 400, 'malformed_request'],
  ])('refuses %s, and goes on afterwards', async (_name, piece, status, code) => {
    const upload = await begin({ size: jpeg.length });
    expect(await put(upload, ...piece(jpeg))).toMatchObject({ status, body: { code } });
    expect((await put(upload, jpeg)).status).toBe(200);
  });

  it('has one winner when many send at once', async () => {
    const upload = await begin({ size: jpeg.length });
    let goOn = (): void => undefined;
    const first = new Promise((resolve, reject) => {
      const sending = rawRequest(upload.url, { method: 'PUT', headers: { 'content-length': String(jpeg.length) } }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
      sending.write(jpeg.subarray(0, 10));
      goOn = () => void sending.end(jpeg.subarray(10));
    });
    await expect.poll(async () => (await rowOf(upload))?.token).not.toBeNull();
    const others = await Promise.all(Array.from({ length: 5 }, () => put(upload, jpeg)));
    for (const other of others) expect(other).toMatchObject({ status: 409, body: { code: 'upload_busy', retryable: true } });
    goOn();
    expect(await first).toBe(200);
    expect(await put(upload, jpeg)).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  });

  it('is taken over from a request that died half a minute ago', async () => {
    const upload = await begin({ size: jpeg.length });
    await api.query("UPDATE upload SET token = 'lease_of_the_dead', locked_until = now() WHERE id = $1", [upload.key]);
    expect((await put(upload, jpeg)).status).toBe(200);
  });
});

describe('the address of an upload', () => {
  it.each<[string, (url: string) => string]>([
    ['without its signature', (url) => url.replace(/\?.*/, '')],
    ['with another expiry', (url) => url.replace(/expires=(\d+)/, (_all, at: string) => `expires=${Number(at) + 1}`)],
    ['of another upload', (url) => url.replace(/upl_./, 'upl_z')],
    ['of another workspace', (url) => url.replace(/ws_./, 'ws_z')],
  ])('%s leads nowhere', async (_name, change) => {
    const upload = await begin();
    expect(await put({ ...upload, url: change(upload.url) }, jpeg)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('ends with the upload, and so does the key', async () => {
    const upload = await begin();
    expect((await put(upload, jpeg)).status).toBe(200);
    await api.query('UPDATE upload SET expires_at = now() WHERE id = $1', [upload.key]);
    expect(await put(upload, jpeg)).toMatchObject({ status: 404, body: { message: 'The upload has expired; begin another with POST /api/uploads' } });
    expect(await use(upload.key)).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'media.known' }] } } });
  });

  it('is of one group: a key of another does not find it', async () => {
    const upload = await begin();
    await put(upload, jpeg);
    const group = `grp_${randomUUID()}`;
    const profile = `prof_${randomUUID()}`;
    await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, $2, 'Second', now())", [api.workspaceId, group]);
    await api.query(
      `INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
       VALUES ($1, $2, $3, 'instagram', $2, $2, 'u', 'n', 'sealed', now(), now())`, [api.workspaceId, profile, group]);
    expect(await use(upload.key, await api.issueKey({ groupId: group }))).toMatchObject({ status: 422, body: { details: { violations: [{ rule: 'media.known' }] } } });
  });
});
