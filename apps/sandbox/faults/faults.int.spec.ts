import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { eventually, type GraphClient } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

describe('Faults', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  let photo: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    me = await control.account();
    photo = host.put(await jpeg(), 'image/jpeg');
  });
  afterEach(() => control.delete('/faults'));
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const PUBLISH = '/*/media_publish';
  const add = async (match: object, fault: object): Promise<string> => {
    const answer = await control.post('/faults', { match, fault });
    expect(answer.status).toBe(201);
    return answer.text('id');
  };
  const container = async (): Promise<string> => (await me.create({ image_url: photo })).text('id');
  const posts = async (): Promise<number> => (await control.ledger(me)).list('media').length;

  it('§2.5 error answers a row of the table without effect, once', async () => {
    await add({ method: 'POST', path: PUBLISH }, { kind: 'error', preset: '4/2207051' });
    const id = await container();
    const before = await posts();
    const answer = await me.publish(id);
    expect([answer.outcome, answer.status]).toEqual(['4/2207051', 400]);
    expect(await posts()).toBe(before);
    expect((await me.publish(id)).outcome).toBe('ok');
  });

  it('§11.12 error takes a body and status of its own', async () => {
    await add({ path: '/me' }, { kind: 'error', status: 400, body: { error: { message: 'ಕನ್ನಡ', code: -1, type: 'IGApiException' } } });
    const answer = await me.get('/me');
    expect([answer.status, answer.outcome, answer.at('error', 'type')]).toEqual([400, '-1', 'IGApiException']);
  });

  it('§2.5 http answers a gateway page', async () => {
    await add({ path: '/me' }, { kind: 'http', status: 502, body: '<html>Bad Gateway</html>' });
    const answer = await me.get('/me');
    expect([answer.status, answer.body, answer.headers.get('content-type')]).toEqual([502, '<html>Bad Gateway</html>', 'text/html; charset=utf-8']);
  });

  it('§2.5 reset cuts the connection before anything happens', async () => {
    await add({ path: PUBLISH }, { kind: 'reset' });
    const id = await container();
    await expect(me.publish(id)).rejects.toThrow('fetch failed');
    expect(await me.status(id)).toBe('FINISHED');
  });

  it('§11.5 reset_after_effect cuts the connection when the post is live', async () => {
    await add({ path: PUBLISH }, { kind: 'reset_after_effect' });
    const id = await container();
    const before = await posts();
    await expect(me.publish(id)).rejects.toThrow('fetch failed');
    expect(await me.status(id)).toBe('PUBLISHED');
    expect(await posts()).toBe(before + 1);
    expect((await me.publish(id)).outcome).toBe('24/2207008');
  });

  it('§11.5 error_after_effect answers an error when the post is live', async () => {
    await add({ path: PUBLISH }, { kind: 'error_after_effect', preset: '4/2207051' });
    const id = await container();
    expect((await me.publish(id)).outcome).toBe('4/2207051');
    expect(await me.status(id)).toBe('PUBLISHED');
  });

  it('§2.5 delay answers late, but does answer', async () => {
    await add({ path: '/me' }, { kind: 'delay', ms: 60 });
    const start = Date.now();
    expect((await me.get('/me')).outcome).toBe('ok');
    expect(Date.now() - start).toBeGreaterThanOrEqual(55);
  });

  it('hang never answers until faults are deleted, and does nothing', async () => {
    await add({ path: PUBLISH }, { kind: 'hang' });
    const id = await container();
    const call = me.publish(id).then(() => 'answered', () => 'cut');
    await eventually(async () => ((await control.get('/faults')).at('data', 0, 'hits') === 1 ? true : null));
    await control.delete('/faults');
    expect(await call).toBe('cut');
    expect(await me.status(id)).toBe('FINISHED');
  });

  it('§2.5 nth and times choose the calls that are hit', async () => {
    await add({ path: '/me', nth: 2, times: 2 }, { kind: 'error', preset: '2' });
    const outcomes: string[] = [];
    for (let call = 0; call < 4; call += 1) outcomes.push((await me.get('/me')).outcome);
    expect(outcomes).toEqual(['ok', '2', '2', 'ok']);
  });

  it('times 0 hits every call until the fault is deleted', async () => {
    const id = await add({ path: '/**', times: 0 }, { kind: 'error', preset: '80002' });
    for (let call = 0; call < 3; call += 1) expect((await me.get('/me/media')).outcome).toBe('80002');
    expect((await control.delete(`/faults/${id}`)).status).toBe(200);
    expect((await me.get('/me/media')).outcome).toBe('ok');
  });

  it('§2.5 duplicate publishes twice behind one answer', async () => {
    await add({ path: PUBLISH, account: me.userId }, { kind: 'duplicate' });
    const id = await container();
    const before = await posts();
    const answer = await me.publish(id);
    const rows = (await control.ledger(me)).list('media').map((row) => Object(row) as { id: string; container_id: string }).filter((row) => row.container_id === id);
    expect([answer.outcome, rows.length, await posts(), rows[0]?.id]).toEqual(['ok', 2, before + 2, answer.text('id')]);
    expect((await me.publish(id)).outcome).toBe('24/2207008');
  });

  it('§2.5 duplicate publishes an album twice, each with children of its own', async () => {
    const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
    const id = (await me.create({ media_type: 'CAROUSEL', children: [await item(), await item()] })).text('id');
    await add({ path: PUBLISH }, { kind: 'duplicate' });
    expect((await me.publish(id)).outcome).toBe('ok');
    const albums = (await me.get('/me/media', { fields: 'children{id}', limit: '2' }));
    const children = [0, 1].flatMap((post) => [0, 1].map((child) => albums.text('data', post, 'children', 'data', child, 'id')));
    expect(new Set(children).size).toBe(4);
  });

  it('§2.5 duplicate writes a comment twice', async () => {
    const media = await me.publishNow({ image_url: photo });
    await add({ path: '/*/comments', method: 'POST' }, { kind: 'duplicate' });
    const id = (await me.post(`/${media}/comments`, { message: 'once' })).text('id');
    const comments = await me.get(`/${media}/comments`, { fields: 'text' });
    expect(comments.list('data')).toEqual([{ id: expect.any(String), text: 'once' }, { id, text: 'once' }]);
  });

  it('duplicate does nothing twice when it is refused once', async () => {
    await add({ path: '/*/comments' }, { kind: 'duplicate' });
    expect((await me.post('/17890000000000001/comments', { message: 'x' })).outcome).toBe('100/33');
  });

  it('§2.3 a status text waits for the next call that makes a container, whatever else the glob covers', async () => {
    const fresh = await control.account();
    await add({ path: '/**', account: fresh.userId }, { kind: 'error', preset: 'status/2207085' });
    expect((await fresh.get('/me/media')).outcome).toBe('ok');
    const id = (await fresh.create({ image_url: photo })).text('id');
    expect((await fresh.settled(id)).at('status')).toBe('Error: Media upload has failed with error code 2207085');
    expect((await fresh.publish(id)).outcome).toBe('9007/2207027');
    expect((await control.get('/faults')).at('data', 0, 'hits')).toBe(1);
    expect((await fresh.settled((await fresh.create({ image_url: photo })).text('id'))).at('status_code')).toBe('FINISHED');
  });

  it.each(['80000', '80001', '80002', '80003', '80004', '80004/2446079', '80005', '80006', '80008', '80009', '80014'])('§3 preset %s carries X-Business-Use-Case-Usage with the minutes', async (preset) => {
    await add({ path: '/me' }, { kind: 'error', preset, regain_minutes: 17 });
    const { headers } = await me.get('/me');
    expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')).toEqual({
      [me.userId]: [{ type: 'instagram', call_count: 100, total_cputime: 25, total_time: 25, estimated_time_to_regain_access: 17 }],
    });
  });

  it.each(['4', '17', '32', '341', '613', '613/1996'])('§3 preset %s carries X-App-Usage, and the minutes in the other header: 5 unless told', async (preset) => {
    await add({ path: '/me' }, { kind: 'error', preset });
    const { headers } = await me.get('/me');
    expect(headers.get('x-app-usage')).toBe('{"call_count":100,"total_time":25,"total_cputime":25}');
    expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')).toMatchObject({ [me.userId]: [{ estimated_time_to_regain_access: 5 }] });
  });

  it('§2.3 4/2207051 is no throttling and says nothing of usage', async () => {
    await add({ path: '/me' }, { kind: 'error', preset: '4/2207051' });
    expect(JSON.parse((await me.get('/me')).headers.get('x-app-usage') ?? '{"call_count":0}')).toMatchObject({ call_count: 0 });
  });

  it('§2.5 account and method narrow the match, and the version does not matter', async () => {
    const other = await control.account();
    await add({ path: '/me', method: 'GET', account: me.userId }, { kind: 'error', preset: '1' });
    expect((await other.get('/me')).outcome).toBe('ok');
    expect((await me.get('/me')).outcome).toBe('1');
  });

  it('a hit call is counted in the ledger: it did arrive', async () => {
    const fresh = await control.account();
    await add({ path: '/me', account: fresh.username }, { kind: 'reset' });
    await expect(fresh.get('/me')).rejects.toThrow('fetch failed');
    expect((await control.ledger(fresh)).at('calls', 'GET /me')).toBe(1);
  });

  it.each([
    ['no path', { match: {}, fault: { kind: 'reset' } }, 'match.path'],
    ['an unknown kind', { match: { path: '/me' }, fault: { kind: 'explode' } }, 'fault.kind'],
    ['an unknown preset', { match: { path: '/me' }, fault: { kind: 'error', preset: '4711' } }, 'fault.preset'],
    ['a misspelled field', { match: { path: '/me', nht: 2 }, fault: { kind: 'reset' } }, 'match.nht'],
    ['regain_minutes without a throttling preset', { match: { path: '/me' }, fault: { kind: 'error', preset: '4/2207051', regain_minutes: 3 } }, 'fault.regain_minutes'],
    ['regain_minutes of more than a day', { match: { path: '/me' }, fault: { kind: 'error', preset: '4', regain_minutes: 1441 } }, 'fault.regain_minutes'],
    ['a status text for a call that makes no container', { match: { path: '/*/media_publish' }, fault: { kind: 'error', preset: 'status/2207082' } }, 'fault.preset'],
    ['a status text for a read', { match: { path: '/*/media', method: 'GET' }, fault: { kind: 'error', preset: 'status/2207082' } }, 'fault.preset'],
    ['a status text after the effect', { match: { path: '/*/media' }, fault: { kind: 'error_after_effect', preset: 'status/2207082' } }, 'fault.preset'],
    ['a status text with an answer of its own', { match: { path: '/*/media' }, fault: { kind: 'error', preset: 'status/2207082', status: 500 } }, 'fault.preset'],
    ['a status text that is no 2207xxx', { match: { path: '/*/media' }, fault: { kind: 'error', preset: 'status/36003' } }, 'fault.preset'],
    ['a preset with a reset', { match: { path: '/me' }, fault: { kind: 'reset', preset: '2' } }, 'fault.preset'],
    ['an informational status, which is no answer', { match: { path: '/me' }, fault: { kind: 'http', status: 101 } }, 'fault.status'],
    ['a delay without ms', { match: { path: '/me' }, fault: { kind: 'delay' } }, 'fault.ms'],
  ])('%s is refused with a sentence that names it', async (_fact, body, name) => {
    const answer = await control.post('/faults', body);
    expect([answer.status, answer.text('error')]).toEqual([400, expect.stringContaining(name)]);
  });
});
