import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { eventually, type GraphClient } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

describe('Faults (§2.5 "Sim", §11.5)', () => {
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

  it('error answers a row of the table without effect, once', async () => {
    await add({ method: 'POST', path: PUBLISH }, { kind: 'error', preset: '4/2207051' });
    const id = await container();
    const before = await posts();
    const answer = await me.publish(id);
    expect([answer.outcome, answer.status]).toEqual(['4/2207051', 400]);
    expect(await posts()).toBe(before);
    expect((await me.publish(id)).outcome).toBe('ok');
  });

  it('error takes a body and status of its own', async () => {
    await add({ path: '/me' }, { kind: 'error', status: 400, body: { error: { message: 'ಕನ್ನಡ', code: -1, type: 'IGApiException' } } });
    const answer = await me.get('/me');
    expect([answer.status, answer.outcome, answer.at('error', 'type')]).toEqual([400, '-1', 'IGApiException']);
  });

  it('http answers a gateway page', async () => {
    await add({ path: '/me' }, { kind: 'http', status: 502, body: '<html>Bad Gateway</html>' });
    const answer = await me.get('/me');
    expect([answer.status, answer.body, answer.headers.get('content-type')]).toEqual([502, '<html>Bad Gateway</html>', 'text/html; charset=utf-8']);
  });

  it('reset cuts the connection before anything happens', async () => {
    await add({ path: PUBLISH }, { kind: 'reset' });
    const id = await container();
    await expect(me.publish(id)).rejects.toThrow('fetch failed');
    expect(await me.status(id)).toBe('FINISHED');
  });

  it('reset_after_effect cuts the connection when the post is live', async () => {
    await add({ path: PUBLISH }, { kind: 'reset_after_effect' });
    const id = await container();
    const before = await posts();
    await expect(me.publish(id)).rejects.toThrow('fetch failed');
    expect(await me.status(id)).toBe('PUBLISHED');
    expect(await posts()).toBe(before + 1);
    expect((await me.publish(id)).outcome).toBe('24/2207008');
  });

  it('error_after_effect answers an error when the post is live', async () => {
    await add({ path: PUBLISH }, { kind: 'error_after_effect', preset: '4/2207051' });
    const id = await container();
    expect((await me.publish(id)).outcome).toBe('4/2207051');
    expect(await me.status(id)).toBe('PUBLISHED');
  });

  it('delay answers late, but does answer', async () => {
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

  it('nth and times choose the calls that are hit', async () => {
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

  it('account and method narrow the match, and the version does not matter', async () => {
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
    ['a delay without ms', { match: { path: '/me' }, fault: { kind: 'delay' } }, 'fault.ms'],
  ])('%s is refused with a sentence that names it', async (_fact, body, name) => {
    const answer = await control.post('/faults', body);
    expect([answer.status, answer.text('error')]).toEqual([400, expect.stringContaining(name)]);
  });
});
