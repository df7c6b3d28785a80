import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { send } from '../testing/graph-client.fixture.js';

describe('Control door', () => {
  let sandbox: Sandbox;
  let control: ControlClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
  });
  afterAll(() => sandbox.close());

  it('is healthy', async () => {
    expect((await control.get('/health')).status).toBe(200);
  });

  it('creates accounts with ids and a token, once per username', async () => {
    const answer = await control.post('/accounts', { username: 'meadow.studio', account_type: 'media_creator', name: 'Meadow', followers_count: 7, quota_total: 25 });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ username: 'meadow.studio', access_token: expect.stringMatching(/^IGAA/u), account_type: 'MEDIA_CREATOR' });
    expect(answer.text('user_id')).toMatch(/^17841\d{12}$/u);
    const again = await control.post('/accounts', { username: 'Meadow.Studio' });
    expect([again.status, again.text('error')]).toEqual([409, expect.stringContaining('already')]);
    const me = await send('GET', `${sandbox.url}/me?fields=name,account_type,followers_count,follows_count,media_count,profile_picture_url&access_token=${answer.text('access_token')}`);
    expect(me.body).toMatchObject({ name: 'Meadow', account_type: 'MEDIA_CREATOR', followers_count: 7, media_count: 0 });
    expect((await send('GET', me.text('profile_picture_url'))).headers.get('content-type')).toBe('image/svg+xml');
    expect((await control.get('/accounts')).list('data')).toContainEqual(answer.body);
  });

  it('changes only the settings it is given', async () => {
    const me = await control.account({}, { processing_ms: 5 });
    const answer = await control.post(`/accounts/${me.userId}/settings`, { revoked: true });
    expect(answer.at('settings')).toEqual({ processing_ms: 5, quota_total: 100, revoked: true, expired: false });
  });

  it('moves the clock forward only', async () => {
    const before = Date.parse((await control.get('/clock')).text('now'));
    const after = Date.parse((await control.post('/clock', { advance_ms: 3_600_000 })).text('now'));
    expect(after - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await control.post('/clock', { advance_ms: -1 })).status).toBe(400);
  });

  it.each([
    ['an unknown route', 'GET', '/nothing', undefined, 404],
    ['a wrong method', 'DELETE', '/clock', undefined, 405],
    ['an unknown account', 'GET', '/accounts/1/ledger', undefined, 404],
    ['an unknown fault', 'DELETE', '/faults/1', undefined, 404],
    ['bad JSON', 'POST', '/accounts', '{', 400],
    ['no object', 'POST', '/accounts', '[]', 400],
    ['no username', 'POST', '/accounts', '{}', 400],
    ['an unknown field', 'POST', '/accounts', '{"username":"a","shoe_size":44}', 400],
    ['an unknown account type', 'POST', '/accounts', '{"username":"a","account_type":"PERSONAL"}', 400],
    ['a wrong type', 'POST', '/clock', '{"advance_ms":"soon"}', 400],
  ])('%s is answered as JSON with one sentence', async (_fact, method, path, body, status) => {
    const answer = await send(method, `${sandbox.url}/_sandbox${path}`, body === undefined ? {} : { body });
    expect([answer.status, answer.text('error').length > 10]).toEqual([status, true]);
  });

  it('does not answer pages of other sites', async () => {
    const answer = await send('POST', `${sandbox.url}/_sandbox/reset`, { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
  });

  it('reset forgets accounts, faults and the clock', async () => {
    await control.account();
    await control.post('/faults', { match: { path: '/me' }, fault: { kind: 'reset' } });
    expect((await control.post('/reset')).status).toBe(200);
    expect((await control.get('/accounts')).list('data')).toEqual([]);
    expect((await control.get('/faults')).list('data')).toEqual([]);
    expect((await control.get('/clock')).at('offset_ms')).toBe(0);
  });
});
