import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, eventually, GraphClient } from '../testing/graph-client.fixture.js';
import { type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';
import { UploadClient } from '../testing/upload-client.fixture.js';

const DAY = 86_400_000;
const film = (): Buffer => mp4({ dataBytes: 200_000 + randomInt(1000) });
const failure = (answer: Answer): unknown[] => [answer.status, answer.at('debug_info', 'type'), answer.at('debug_info', 'retriable')];
const refused = (status: number): unknown[] => [status, 'ProcessingFailedError', false];

describe('Resumable upload (§1.5)', () => {
  let dataDir: string;
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;
  let me: GraphClient;

  const start = async (): Promise<void> => {
    sandbox = await startSandbox({ port: 0, dataDir });
    control = new ControlClient(sandbox.url);
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    host = await startMediaHost();
    await start();
    me = await control.account();
  });
  afterEach(() => control.delete('/faults'));
  afterAll(async () => {
    await sandbox.close();
    await host.close();
    await rm(dataDir, { recursive: true });
  });

  it('§1.5 a container without video_url has a uri; what is posted there is published byte for byte', async () => {
    const created = await me.create({ media_type: 'REELS', upload_type: 'resumable' });
    const id = created.text('id');
    expect(created.body).toEqual({ id, uri: `${sandbox.url}/ig-api-upload/v25.0/${id}` });
    expect(await me.status(id)).toBe('IN_PROGRESS');
    const bytes = film();
    const answer = await new UploadClient(created.text('uri'), me.token).send(bytes);
    expect([answer.status, answer.body]).toEqual([200, { success: true, message: 'Upload successful.' }]);
    expect((await me.settled(id)).at('status_code')).toBe('FINISHED');
    const media = (await me.publish(id)).text('id');
    const read = await me.get(`/${media}`, { fields: 'media_type,media_product_type,media_url' });
    expect(read.body).toMatchObject({ media_type: 'VIDEO', media_product_type: 'REELS' });
    expect(Buffer.from(await (await fetch(read.text('media_url'))).arrayBuffer()).equals(bytes)).toBe(true);
  });

  it.each([
    ['a story', { media_type: 'STORIES' }, 'STORY'],
    ['a carousel video', { media_type: 'VIDEO', is_carousel_item: true }, 'FEED'],
  ])('§1.2 %s can be uploaded too', async (_kind, params, product) => {
    const owner = await control.account();
    const { id, upload } = await UploadClient.begin(owner, params);
    await upload.send(film());
    expect((await owner.settled(id)).at('status_code')).toBe('FINISHED');
    const picture = await UploadClient.begin(owner, { media_type: 'VIDEO', is_carousel_item: true });
    await picture.upload.send(film());
    await owner.settled(picture.id);
    await (product === 'FEED' ? owner.publishNow({ media_type: 'CAROUSEL', children: [id, picture.id] }) : owner.publish(id));
    expect((await control.ledger(owner)).at('media', 0, 'media_product_type')).toBe(product);
    expect((await control.ledger(owner)).at('media', 0, 'media_type')).toBe(product === 'FEED' ? 'CAROUSEL_ALBUM' : 'VIDEO');
  });

  it('§0 a call to a named host is sent to rupload.facebook.com, with the version of the call', async () => {
    const row = (await control.post('/accounts', { username: `fb.${String(randomInt(1e9))}` }));
    const facebook = new GraphClient(`${sandbox.url}/graph.facebook.com`, row.text('facebook', 'page_token'), row.text('user_id'), row.text('username'));
    const { id, upload } = await UploadClient.begin(facebook);
    expect(upload.uri).toBe(`${sandbox.url}/rupload.facebook.com/ig-api-upload/v25.0/${id}`);
    expect((await upload.send(film())).status).toBe(200);
  });

  it('§0, §1.2 without a setting it is for Facebook Login only, as the guide says', async () => {
    const row = await control.post('/accounts', { username: 'as.the.guide.says' });
    const attempt = async (base: string, token: string): Promise<string> => (await new GraphClient(base, token, row.text('user_id'), '').create({ media_type: 'REELS', upload_type: 'resumable' })).outcome;
    expect(await attempt(sandbox.url, row.text('access_token'))).toBe('100');
    expect(await attempt(`${sandbox.url}/graph.facebook.com`, row.text('facebook', 'page_token'))).toBe('ok');
  });

  it('§12 the setting resumable_upload refuses it with Instagram Login', async () => {
    const owner = await control.account();
    const { upload } = await UploadClient.begin(owner);
    await control.post(`/accounts/${owner.userId}/settings`, { resumable_upload: 'facebook_login' });
    expect((await owner.create({ media_type: 'REELS', upload_type: 'resumable' })).outcome).toBe('100');
    expect(failure(await upload.send(film()))).toEqual(refused(403));
  });

  it('§1.5 [recalled] an interrupted upload keeps what arrived and goes on from there', async () => {
    const { id, upload } = await UploadClient.begin(me);
    const bytes = film();
    expect((await upload.offset()).body).toEqual({ offset: 0 });
    (await upload.stall(bytes, 70_000))();
    await eventually(async () => (failure(await upload.send(bytes, 60_000))[0] === 412 ? true : null));
    expect(failure(await upload.send(bytes, 60_000))).toEqual([412, 'OffsetInvalidError', true]);
    expect((await upload.offset()).body).toEqual({ offset: 70_000 });
    expect((await upload.send(bytes, 70_000)).status).toBe(200);
    expect((await me.settled(id)).at('status_code')).toBe('FINISHED');
    expect((await upload.offset()).body).toEqual({ offset: bytes.length });
  });

  it('§1.5 a restart in the middle loses nothing', async () => {
    const { id, upload } = await UploadClient.begin(me);
    const bytes = film();
    await upload.stall(bytes, 70_000);
    await sandbox.close();
    await start();
    const again = new UploadClient(`${sandbox.url}/ig-api-upload/v25.0/${id}`, me.token);
    me = new GraphClient(sandbox.url, me.token, me.userId, me.username);
    expect((await me.get(`/${id}`, { fields: 'video_status' })).at('video_status', 'uploading_phase')).toEqual({ status: 'in_progress', bytes_transferred: 70_000 });
    expect((await again.offset()).body).toEqual({ offset: 70_000 });
    expect((await again.send(bytes, 70_000)).status).toBe(200);
    expect((await me.settled(id)).at('status_code')).toBe('FINISHED');
  });

  it('§1.3 [recalled] video_status tells how far upload and processing are', async () => {
    const slow = await control.account({}, { processing_ms: 60_000 });
    const { id, upload } = await UploadClient.begin(slow);
    const phases = async (): Promise<unknown> => (await slow.get(`/${id}`, { fields: 'video_status{uploading_phase{status,bytes_transferred},processing_phase}' })).at('video_status');
    const bytes = film();
    expect(await phases()).toEqual({ uploading_phase: { status: 'not_started', bytes_transferred: 0 }, processing_phase: { status: 'not_started' } });
    await control.advance(60_000);
    await upload.send(bytes);
    expect(await phases()).toEqual({ uploading_phase: { status: 'complete', bytes_transferred: bytes.length }, processing_phase: { status: 'in_progress' } });
    await control.advance(60_000);
    await slow.settled(id);
    expect(await phases()).toMatchObject({ processing_phase: { status: 'complete' } });
    expect((await slow.get(`/${id}`, { fields: 'video_status{speed}' })).outcome).toBe('100');
    const fetched = (await slow.create({ media_type: 'REELS', video_url: host.put(film(), 'video/mp4') })).text('id');
    expect((await slow.get(`/${fetched}`, { fields: 'video_status' })).body).toEqual({ id: fetched });
  });

  it('§1.7 an upload is judged like a fetched video, in the status', async () => {
    const { id, upload } = await UploadClient.begin(me);
    expect((await upload.send(mp4({ codec: 'vp09' }))).status).toBe(200);
    expect((await me.settled(id)).text('status')).toContain('2207026');
    expect((await me.publish(id)).outcome).toBe('9007/2207027');
  });

  it('§1.5 the token comes as "OAuth", not as "Bearer"', async () => {
    const { upload } = await UploadClient.begin(me);
    const answer = await upload.post({ authorization: `Bearer ${me.token}`, offset: '0', file_size: '10' }, Buffer.alloc(10));
    expect(failure(answer)).toEqual(refused(401));
    expect(JSON.parse(answer.text('debug_info', 'message'))).toEqual({ success: false, error: { message: 'unauthorized user request' } });
  });

  it('§1.5 refuses what is foreign, unknown, no upload, already there or expired', async () => {
    const other = await control.account();
    const { upload } = await UploadClient.begin(me);
    expect(failure(await new UploadClient(upload.uri, other.token).send(film()))).toEqual(refused(404));
    expect(failure(await new UploadClient(`${sandbox.url}/ig-api-upload/v25.0/17889999999999999`, me.token).send(film()))).toEqual(refused(404));
    const plain = (await me.create({ media_type: 'REELS', video_url: host.put(film(), 'video/mp4') })).text('id');
    expect(failure(await new UploadClient(`${sandbox.url}/ig-api-upload/v25.0/${plain}`, me.token).send(film()))).toEqual(refused(404));
    expect((await upload.send(film())).status).toBe(200);
    expect(failure(await upload.send(film()))).toEqual(refused(400));
    const late = await UploadClient.begin(other);
    await control.advance(DAY);
    expect(failure(await late.upload.send(film()))).toEqual(refused(400));
  });

  it.each([
    ['no offset', { file_size: '10' }],
    ['no file_size', { offset: '0' }],
    ['a file_size of 0', { offset: '0', file_size: '0' }],
    ['an offset that is no number', { offset: 'start', file_size: '10' }],
    ['a body beside file_url', { file_url: 'http://127.0.0.1:9/film.mp4' }],
  ])('§1.5 %s is refused', async (_fact, headers) => {
    const { upload } = await UploadClient.begin(me);
    expect(failure(await upload.post(headers, Buffer.alloc(10)))).toEqual(refused(400));
  });

  it('§1.7 a video above the limit is refused before it comes', async () => {
    const { upload } = await UploadClient.begin(me);
    expect(failure(await upload.post({ offset: '0', file_size: '300000001' }, Buffer.alloc(10)))).toEqual(refused(413));
  });

  it('§1.5 a body longer than file_size leaves nothing behind, a shorter one what it brought', async () => {
    const { upload } = await UploadClient.begin(me);
    // Long enough to come in several pieces, some of them before it is seen to be too long.
    expect(failure(await upload.post({ offset: '0', file_size: '900000' }, Buffer.alloc(1_000_000)))).toEqual(refused(400));
    expect((await upload.offset()).body).toEqual({ offset: 0 });
    expect(failure(await upload.post({ offset: '0', file_size: '1000' }, Buffer.alloc(400)))).toEqual([400, 'PartialRequestError', true]);
    expect((await upload.offset()).body).toEqual({ offset: 400 });
  });

  it('§1.5 of two uploads at once to one container the second is refused', async () => {
    const { id, upload } = await UploadClient.begin(me);
    const bytes = film();
    const hangUp = await upload.stall(bytes, 1000);
    expect(failure(await upload.send(bytes, 1000))).toEqual([409, 'ProcessingFailedError', true]);
    hangUp();
    await eventually(async () => ((await upload.send(bytes, 1000)).status === 200 ? true : null));
    expect((await me.settled(id)).at('status_code')).toBe('FINISHED');
  });

  it('§1.5 file_url: the file is fetched before the answer', async () => {
    const { id, upload } = await UploadClient.begin(me);
    expect((await upload.post({ file_url: host.put(film(), 'video/mp4') })).body).toEqual({ success: true, message: 'Upload successful.' });
    expect((await me.settled(id)).at('status_code')).toBe('FINISHED');
  });

  it('§1.5 file_url: what cannot be fetched is a FileUrlProcessingError, also because of robots.txt', async () => {
    const strict = await startMediaHost();
    strict.robots('User-agent: meta-externalagent\nDisallow: /');
    const { upload } = await UploadClient.begin(me);
    for (const [url, words] of [[`${host.url}/nothing`, 'status code: 404'], [strict.put(film(), 'video/mp4'), '403 Restricted by robots.txt'], ['http://127.0.0.1:9/a', 'unreachable']] as const) {
      const answer = await upload.post({ file_url: url });
      expect(failure(answer)).toEqual([422, 'FileUrlProcessingError', false]);
      expect(answer.text('debug_info', 'message')).toContain(words);
    }
    await strict.close();
    expect((await upload.send(film())).status).toBe(200);
  });

  it('§2.5 "Sim" faults strike uploads too, in the words of the upload host', async () => {
    const { id, upload } = await UploadClient.begin(me);
    await control.post('/faults', { match: { method: 'POST', path: '/ig-api-upload/**', account: me.userId }, fault: { kind: 'error', preset: '2' } });
    const bytes = film();
    expect(failure(await upload.send(bytes))).toEqual([500, 'ProcessingFailedError', true]);
    await control.post('/faults', { match: { path: `/ig-api-upload/${id}` }, fault: { kind: 'reset_after_effect' } });
    await expect(upload.send(bytes)).rejects.toThrow('fetch failed');
    expect((await upload.offset()).body).toEqual({ offset: bytes.length });
    expect((await me.settled(id)).at('status_code')).toBe('FINISHED');
  });

  it('the ledger counts uploads', async () => {
    const owner = await control.account();
    const { upload } = await UploadClient.begin(owner);
    await upload.send(film());
    await upload.offset();
    expect((await control.ledger(owner)).at('calls')).toEqual({ 'POST /media': 1, 'POST /ig-api-upload': 1, 'GET /ig-api-upload': 1 });
  });
});
