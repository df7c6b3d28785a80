import { createServer, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { CONTROL_ROUTES } from './control.routes.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORGED: [string, string, string][] = CONTROL_ROUTES.map(({ method, path }) => [method, path.replaceAll(/\{\w+\}/gu, 'nobody'), path]);

describe('Control door', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    host = await startMediaHost();
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  async function post(): Promise<{ user: Awaited<ReturnType<ControlClient['account']>>; media: string }> {
    const user = await control.account();
    return { user, media: await user.publishNow({ image_url: host.put(await jpeg(), 'image/jpeg') }) };
  }

  it('is healthy', async () => {
    expect((await control.get('/health')).status).toBe(200);
  });

  it('creates accounts with ids and the tokens of both logins, once per username', async () => {
    const answer = await control.post('/accounts', { username: 'meadow.studio', account_type: 'media_creator', name: 'Meadow', followers_count: 7, quota_total: 25 });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ username: 'meadow.studio', access_token: expect.stringMatching(/^IGAA/u), account_type: 'MEDIA_CREATOR' });
    expect(answer.at('facebook')).toEqual({
      person_id: expect.stringMatching(/^\d{17}$/u), page_id: expect.stringMatching(/^\d{17}$/u),
      user_token: expect.stringMatching(/^EAA/u), page_token: expect.stringMatching(/^EAA/u),
    });
    expect(answer.text('user_id')).toMatch(/^17841\d{12}$/u);
    const again = await control.post('/accounts', { username: 'Meadow.Studio' });
    expect([again.status, again.text('error')]).toEqual([409, expect.stringContaining('already')]);
    const me = await send('GET', `${sandbox.url}/me?fields=name,account_type,followers_count,follows_count,media_count,profile_picture_url&access_token=${answer.text('access_token')}`);
    expect(me.body).toMatchObject({ name: 'Meadow', account_type: 'MEDIA_CREATOR', followers_count: 7, media_count: 0 });
    const texts = await control.post('/accounts', { username: 'meadow.texts', biography: 'Fields\nand skies', website: 'https://meadow.example/' });
    const shown = async (token: string): Promise<unknown> => (await send('GET', `${sandbox.url}/me?fields=biography,website&access_token=${token}`)).body;
    expect(await shown(texts.text('access_token'))).toEqual({ id: expect.any(String), biography: 'Fields\nand skies', website: 'https://meadow.example/' });
    expect(await shown(answer.text('access_token'))).toEqual({ id: expect.any(String) });
    expect((await send('GET', me.text('profile_picture_url'))).headers.get('content-type')).toBe('image/svg+xml');
    expect((await control.get('/accounts')).list('data')).toContainEqual(answer.body);
  });

  it('finds an account by user_id, app-scoped id and username', async () => {
    const { body } = await control.post('/accounts', { username: 'By.Any.Name' });
    const { id, user_id } = body as { id: string; user_id: string };
    for (const name of [user_id, id, 'By.Any.Name', 'by.any.name']) expect((await control.get(`/accounts/${name}`)).body).toEqual(body);
    expect((await control.get('/accounts/By.Any.Name/ledger')).at('account', 'id')).toBe(id);
  });

  it('changes only the settings it is given, and nothing when one of them is wrong', async () => {
    const me = await control.account();
    const path = `/accounts/${me.userId}/settings`;
    const before = (await control.get(`/accounts/${me.userId}`)).at('settings') as object;
    const changed = { processing_ms: 5, checkpointed: true, permissions: ['instagram_basic'], locale: 'th_TH', calls_per_day: 10, limits: 'lenient', oauth_shape: 'wrapped' };
    expect((await control.post(path, changed)).at('settings')).toEqual({ ...before, ...changed });
    expect((await control.post(path, { checkpointed: false, limits: 'loose' })).status).toBe(400);
    expect((await control.get(`/accounts/${me.userId}`)).at('settings')).toEqual({ ...before, ...changed });
    await control.post(path, { processing_ms: null, calls_per_day: null, permissions: null });
    expect((await control.get(`/accounts/${me.userId}`)).at('settings')).toMatchObject({ processing_ms: null, calls_per_day: null, permissions: null });
  });

  it('throttles for minutes from now', async () => {
    const me = await control.account();
    const now = Date.parse((await control.get('/clock')).text('now'));
    const answer = await control.post(`/accounts/${me.userId}/settings`, { throttle: { code: 613, minutes: 10 } });
    expect(answer.at('settings', 'throttle', 'code')).toBe(613);
    expect(Date.parse(answer.text('settings', 'throttle', 'until')) - now - 600_000).toBeLessThan(10_000);
    expect((await control.post(`/accounts/${me.userId}/settings`, { throttle: null })).at('settings', 'throttle')).toBeNull();
  });

  it('names the known permissions when it is given another', async () => {
    const me = await control.account();
    const answer = await control.post(`/accounts/${me.userId}/settings`, { permissions: ['instagram_business_basic', 'business_basic'] });
    expect([answer.status, answer.text('error')]).toEqual([400, expect.stringMatching(/^permissions\[1\] must be one of .*instagram_business_content_publish/u)]);
  });

  it('writes comments of other people, replies included', async () => {
    const { user, media } = await post();
    const path = `/accounts/${user.userId}/comments`;
    const top = await control.post(path, { media_id: media, username: 'a.fan', text: 'Lovely' });
    expect([top.status, top.at('from', 'username'), top.at('parent_id')]).toEqual([201, 'a.fan', null]);
    const reply = await control.post(path, { media_id: media, username: 'a.fan', text: 'Really', parent_id: top.text('id') });
    expect([reply.at('parent_id'), reply.at('from', 'id')]).toEqual([top.at('id'), top.at('from', 'id')]);
    const seen = await user.get(`/${media}/comments`, { fields: 'text,username,from,replies{text}' });
    expect(seen.at('data', 0)).toMatchObject({ text: 'Lovely', username: 'a.fan', replies: { data: [{ text: 'Really' }] } });
    expect((await control.ledger(user)).list('comments')).toEqual([top.body, reply.body]);
  });

  it('refuses comments that Instagram would not take', async () => {
    const { user, media } = await post();
    const other = await post();
    const refused = async (body: object): Promise<number> => (await control.post(`/accounts/${user.userId}/comments`, { media_id: media, username: 'a.fan', text: 'x', ...body })).status;
    expect(await refused({ media_id: other.media })).toBe(404);
    expect(await refused({ parent_id: '17850000000000001' })).toBe(404);
    expect(await refused({ username: user.username })).toBe(409);
    expect(await refused({ text: 'x'.repeat(2201) })).toBe(400);
    await user.post(`/${media}`, { comment_enabled: false });
    expect(await refused({})).toBe(409);
  });

  it('revokes: every token is dead, and the app is told', async () => {
    let told = '';
    const app = createServer((incoming, response) => {
      incoming.on('data', (chunk) => { told += String(chunk); });
      incoming.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => { app.listen(0, '127.0.0.1', resolve); });
    const address = `http://127.0.0.1:${String((app.address() as { port: number }).port)}/deauthorize`;
    const clientId = (await control.get('/apps')).text('data', 0, 'client_id');
    await control.post('/apps', { client_id: clientId, deauthorize_url: address });
    const me = await control.account();
    expect((await control.post(`/accounts/${me.username}/revoke`)).body).toEqual({ revoked: true, deauthorized: [address] });
    expect(told).toMatch(/^signed_request=/u);
    expect((await me.get('/me')).outcome).toBe('190/458');
    await control.post('/apps', { client_id: clientId, deauthorize_url: null });
    await new Promise((resolve) => { app.close(resolve); });
  });

  it('makes and changes apps by client_id', async () => {
    const made = await control.post('/apps', { client_id: '4711', name: 'Mine', redirect_uris: ['https://app.example/back'] });
    expect(made.body).toMatchObject({ client_id: '4711', name: 'Mine', client_secret: expect.any(String), facebook_app_id: expect.stringMatching(/^\d+$/u), calls_per_hour: null });
    const changed = await control.post('/apps', { client_id: '4711', calls_per_hour: 9 });
    expect(changed.body).toEqual({ ...made.body as object, calls_per_hour: 9 });
    expect((await control.get('/apps')).list('data')).toContainEqual(changed.body);
    const clash = await control.post('/apps', { client_id: '4712', facebook_app_id: made.text('facebook_app_id') });
    expect([clash.status, clash.text('error')]).toEqual([409, expect.stringContaining('4711')]);
    expect((await control.post('/apps', { redirect_uris: ['app.example/back'] })).text('error')).toMatch(/^redirect_uris\[0\] must be an http/u);
  });

  it('moves the clock forward only, and not without end', async () => {
    const before = Date.parse((await control.get('/clock')).text('now'));
    const after = Date.parse((await control.post('/clock', { advance_ms: 3_600_000 })).text('now'));
    expect(after - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await control.post('/clock', { advance_ms: -1 })).status).toBe(400);
    const far = await startSandbox({ port: 0 });
    const client = new ControlClient(far.url);
    for (let year = 0; year < 100; year += 1) await client.post('/clock', { advance_ms: 366 * 86_400_000 });
    expect((await client.post('/clock', { advance_ms: 366 * 86_400_000 })).status).toBe(409);
    await far.close();
  });

  it('shows the last calls, newest first, by account, without their secrets', async () => {
    const [one, two] = [await control.account(), await control.account()];
    await one.get('/me', { fields: 'username' });
    await two.post('/me/media', { caption: 'Hello', access_token: two.token });
    const [last] = (await control.get('/requests?limit=1')).list('data');
    expect(last).toMatchObject({
      method: 'POST', host: null, path: '/v25.0/me/media', account: { user_id: two.userId, username: two.username },
      parameters: { caption: 'Hello', access_token: expect.stringMatching(/^IGAA..….{4}$/u) }, status: 400, answer: { error: { code: 100 } }, fault_id: null,
    });
    const own = await control.get(`/requests?account=${one.username}`);
    expect(own.list('data')).toHaveLength(1);
    expect(own.at('data', 0, 'parameters')).toEqual({ fields: 'username' });
    await send('GET', `${sandbox.url}/graph.facebook.com/v25.0/me?access_token=${one.token}`);
    const everything = await control.get('/requests?limit=1000');
    expect(everything.at('data', 0)).toMatchObject({ host: 'graph.facebook.com', path: '/v25.0/me' });
    for (const token of [one.token, two.token]) expect(JSON.stringify(everything.body)).not.toContain(token);
  });

  it('masks the token in the links of a page, and names the fault that struck', async () => {
    const { user } = await post();
    await user.publishNow({ image_url: host.put(await jpeg(), 'image/jpeg') });
    await user.get('/me/media', { limit: '1' });
    expect((await control.get('/requests?limit=1')).text('data', 0, 'answer', 'paging', 'next')).toMatch(/access_token=IGAA..….{4}(?:&|$)/u);
    const { body } = await control.post('/faults', { match: { path: '/me' }, fault: { kind: 'reset' } });
    await user.get('/me').catch(() => null);
    expect((await control.get('/requests?limit=1')).at('data', 0)).toMatchObject({ status: 'cut', answer: null, fault_id: (body as { id: string }).id });
  });

  it.each<[string, string, string, string | undefined, number, string]>([
    ['an unknown route', 'GET', '/nothing', undefined, 404, '/_sandbox/nothing'],
    ['a wrong method', 'DELETE', '/clock', undefined, 405, 'GET, POST'],
    ['an unknown account', 'GET', '/accounts/1/ledger', undefined, 404, 'no account 1'],
    ['a name that cannot be decoded', 'GET', '/accounts/%ff', undefined, 404, 'no account %ff'],
    ['an unknown fault', 'DELETE', '/faults/1', undefined, 404, 'no fault 1'],
    ['bad JSON', 'POST', '/accounts', '{', 400, 'valid JSON'],
    ['bytes that are no text', 'POST', '/accounts', '{"username":"\xff"}', 400, 'valid JSON'],
    ['no object', 'POST', '/accounts', '[]', 400, 'the body must be a JSON object'],
    ['no username', 'POST', '/accounts', '{}', 400, 'username is required'],
    ['no body', 'POST', '/accounts', undefined, 400, 'username is required'],
    ['a body where none is taken', 'POST', '/reset', '{"hard":true}', 400, 'hard is unknown'],
    ['an unknown field', 'POST', '/accounts', '{"username":"a","shoe_size":44}', 400, 'shoe_size is unknown'],
    ['an unknown account type', 'POST', '/accounts', '{"username":"a","account_type":"PERSONAL"}', 400, 'account_type must be one of BUSINESS, MEDIA_CREATOR'],
    ['a wrong type', 'POST', '/clock', '{"advance_ms":"soon"}', 400, 'advance_ms must be an integer'],
    ['a wrong type further in', 'POST', '/faults', '{"match":{"path":"/me","nth":"2"},"fault":{"kind":"reset"}}', 400, 'match.nth must be an integer'],
    ['an unknown parameter', 'GET', '/requests?page=2', undefined, 400, 'page is unknown; known: limit, account'],
    ['a wrong parameter', 'GET', '/requests?limit=many', undefined, 400, 'limit must be an integer from 1 to 1000'],
    ['a parameter given twice', 'GET', '/requests?limit=1&limit=2', undefined, 400, 'limit is given twice'],
    ['the calls of an unknown account', 'GET', '/requests?account=nobody', undefined, 404, 'no account nobody'],
    ['a body that is too large', 'POST', '/faults', `{"x":"${'x'.repeat(5_000_000)}"}`, 413, 'bytes at most'],
  ])('%s is answered as JSON with one sentence', async (_fact, method, path, body, status, sentence) => {
    const answer = await send(method, `${sandbox.url}/_sandbox${path}`, body === undefined ? {} : { body: Buffer.from(body, 'latin1'), headers: JSON_TYPE });
    expect([answer.status, answer.text('error')]).toEqual([status, expect.stringContaining(sentence)]);
  });

  it('names the methods of a path in the allow header', async () => {
    expect((await send('PUT', `${sandbox.url}/_sandbox/faults`)).headers.get('allow')).toBe('GET, POST, DELETE');
  });

  describe.each(FORGED)('%s %s', (method, path) => {
    /** `fetch` chooses `Host` itself; this does not. */
    function statusFor(headers: Record<string, string>): Promise<number | undefined> {
      const { hostname, port } = new URL(sandbox.url);
      return new Promise((resolve, reject) => {
        request({ hostname, port, method, path: `/_sandbox${path}`, headers }, (answer) => {
          answer.resume().on('end', () => { resolve(answer.statusCode); });
        }).on('error', reject).end();
      });
    }

    it('does not answer pages of other sites, nor names that were made to point here', async () => {
      expect(await statusFor({ origin: 'https://evil.example' })).toBe(403);
      expect(await statusFor({ host: 'evil.example' })).toBe(403);
      expect(await statusFor({ 'x-forwarded-for': '203.0.113.9' })).toBe(403);
    });

    it('refuses unknown parameters and bodies that are no JSON', async () => {
      const unknown = await send(method, `${sandbox.url}/_sandbox${path}?shoe_size=44`);
      expect([unknown.status, unknown.text('error')]).toEqual([400, expect.stringContaining('shoe_size is unknown')]);
      if (method === 'GET') return;
      expect((await send(method, `${sandbox.url}/_sandbox${path}`, { body: 'username=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(415);
    });
  });

  it('can be opened to anyone', async () => {
    const open = await startSandbox({ port: 0, control: 'anyone' });
    const answer = await send('GET', `${open.url}/_sandbox/health`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(answer.status).toBe(200);
    await open.close();
  });

  it('reset forgets accounts, apps, faults, calls and the clock', async () => {
    const me = await control.account();
    await me.get('/me');
    await control.post('/apps', { client_id: '4713' });
    await control.post('/faults', { match: { path: '/me' }, fault: { kind: 'reset' } });
    expect((await control.post('/reset')).status).toBe(200);
    for (const path of ['/accounts', '/faults', '/requests']) expect((await control.get(path)).list('data')).toEqual([]);
    expect((await control.get('/apps')).list('data')).toHaveLength(1);
    expect((await control.get('/clock')).at('offset_ms')).toBe(0);
  });
});
