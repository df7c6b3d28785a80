import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type GraphClient, send } from '../testing/graph-client.fixture.js';
import { instagramLogin, type RegisteredApp, registerApp } from '../testing/oauth-app.fixture.js';
import { ALL_SCOPES, type OAuthClient } from '../testing/oauth-client.fixture.js';

const HOUR = 3_600_000;

describe('A code for a token (§8.1, point 3)', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let app: RegisteredApp;
  let login: OAuthClient;
  let me: GraphClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    app = await registerApp(control);
    login = instagramLogin(sandbox.url, app);
    me = await control.account();
  });
  afterAll(() => sandbox.close());

  const flatError = (text: string): object => ({ error_type: 'OAuthException', code: 400, error_message: expect.stringContaining(text) });

  it('§8.1 a code becomes a short token; user_id is the app-scoped id, as text (observed: flat, permissions a list)', async () => {
    const answer = await login.exchangeCode(await login.code(me.userId));
    const id = (await me.get('/me', { fields: 'id' })).text('id');
    expect(answer.body).toEqual({ access_token: expect.stringMatching(/^IGAA/u), user_id: id, permissions: ALL_SCOPES });
    expect((await login.graph(answer.text('access_token'), me.userId).get('/me', { fields: 'user_id' })).text('user_id')).toBe(me.userId);
  });

  it('§8.1 documented shape by switch: token and /me in data[], permissions a comma list; /{ig-user} stays flat', async () => {
    const wrapped = await control.account({}, { oauth_shape: 'wrapped' });
    const answer = await login.exchangeCode(await login.code(wrapped.userId));
    expect(answer.body).toEqual({ data: [{ access_token: expect.stringMatching(/^IGAA/u), user_id: expect.stringMatching(/^\d{17}$/u), permissions: ALL_SCOPES.join(',') }] });
    const graph = login.graph(answer.text('data', 0, 'access_token'), wrapped.userId);
    const [mine, node] = [await graph.get('/me', { fields: 'user_id' }), await graph.get(`/${wrapped.userId}`, { fields: 'user_id' })];
    expect(mine.body).toEqual({ data: [{ user_id: wrapped.userId, id: answer.text('data', 0, 'user_id') }] });
    expect(node.text('user_id')).toBe(wrapped.userId);
  });

  it('§8.1 parameters may come as multipart, JSON or query too (§0)', async () => {
    const values = async (): Promise<Record<string, string>> => ({ client_id: app.instagramId, client_secret: app.instagramSecret, grant_type: 'authorization_code', redirect_uri: login.app.redirectUri, code: await login.code(me.userId) });
    const form = new FormData();
    for (const [name, value] of Object.entries(await values())) form.set(name, value);
    const answers = [
      await send('POST', login.hosts.api, { body: form }),
      await send('POST', login.hosts.api, { body: JSON.stringify(await values()), headers: { 'content-type': 'application/json' } }),
      await send('POST', `${login.hosts.api}?${new URLSearchParams(await values()).toString()}`),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  });

  it('§8.1 a code works once, also for racing calls', async () => {
    const code = await login.code(me.userId);
    const answers = await Promise.all(Array.from({ length: 5 }, () => login.exchangeCode(code)));
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([200, 400, 400, 400, 400]);
    expect((await login.exchangeCode(code)).body).toEqual(flatError('was already used'));
  });

  it('§8.1 a code lives one hour', async () => {
    const [early, late] = [await login.code(me.userId), await login.code(me.userId)];
    await control.advance(HOUR - 60_000);
    expect((await login.exchangeCode(early)).status).toBe(200);
    await control.advance(60_000);
    expect((await login.exchangeCode(late)).body).toEqual(flatError('expired'));
  });

  it('§8.1 the #_ behind the code is not part of it', async () => {
    const code = await login.code(me.userId);
    expect((await login.exchangeCode(`${code}#_`)).body).toEqual(flatError('not found'));
    expect((await login.exchangeCode(code)).status).toBe(200);
  });

  it('§8.1 redirect_uri must be byte-identical to the one of the authorize page', async () => {
    const code = await login.code(me.userId);
    for (const changed of ['https://app.example/callback/', 'https://APP.example/callback', 'https://app.example/callback?']) {
      expect((await login.exchangeCode(code, { redirect_uri: changed })).body).toEqual(flatError('redirect_uri is identical'));
    }
  });

  it.each<[string, Record<string, string | null>, string]>([
    ['an unknown client_id', { client_id: '1' }, 'Invalid platform app'],
    ['a wrong secret', { client_secret: 'wrong' }, 'client secret'],
    ['another grant_type', { grant_type: 'client_credentials' }, 'grant_type'],
    ['an unknown code', { code: 'AQnothing' }, 'not found'],
    ...['client_id', 'client_secret', 'grant_type', 'redirect_uri', 'code'].map((name): [string, Record<string, null>, string] => [`no ${name}`, { [name]: null }, name]),
  ])('§8.1, §2.1 answers %s in the flat shape with HTTP 400, and the code is still good', async (_fact, changes, text) => {
    const code = await login.code(me.userId);
    const answer = await login.exchangeCode(code, changes);
    expect([answer.status, answer.body]).toEqual([400, flatError(text)]);
    expect((await login.exchangeCode(code)).status).toBe(200);
  });

  it('§0 the Meta app id and secret, and a code of another app, are refused', async () => {
    const code = await login.code(me.userId);
    expect((await login.exchangeCode(code, { client_id: app.facebookId, client_secret: app.facebookSecret })).body).toEqual(flatError('Invalid platform app'));
    expect((await login.exchangeCode(code, { client_secret: app.facebookSecret })).body).toEqual(flatError('client secret'));
    expect((await instagramLogin(sandbox.url, await registerApp(control)).exchangeCode(code)).body).toEqual(flatError('not found'));
  });

  it('§2.1 api.instagram.com answers everything else in the flat shape too', async () => {
    for (const [method, path] of [['GET', '/oauth/access_token'], ['GET', '/access_token'], ['POST', '/v25.0/oauth/access_token'], ['GET', '/me'], ['GET', '/']] as const) {
      const answer = await send(method, `${sandbox.url}/api.instagram.com${path}`);
      expect([path, answer.status, answer.body]).toEqual([path, 400, flatError('')]);
    }
    expect((await send('POST', login.hosts.api, { body: '{', headers: { 'content-type': 'application/json' } })).body).toEqual(flatError('JSON'));
    const unknownHost = instagramLogin(`${sandbox.url}/api.instagram.com`, app);
    expect((await unknownHost.exchangeCode(await login.code(me.userId))).status).toBe(200);
  });

  it('§8.1 a person may untick scopes: permissions lacks them and their endpoints answer code 10', async () => {
    const answer = await login.exchangeCode(await login.code(me.userId, ['instagram_business_content_publish']));
    expect(answer.list('permissions')).toEqual(ALL_SCOPES.filter((scope) => scope !== 'instagram_business_content_publish'));
    const graph = login.graph(answer.text('access_token'), me.userId);
    expect((await graph.create({ image_url: 'https://media.example/a.jpg' })).outcome).toBe('10');
    expect((await graph.get('/me')).outcome).toBe('ok');
  });

  it('§8.1 a short token ends after an hour, and cannot be exchanged then', async () => {
    const token = await login.shortToken(me.userId);
    await control.advance(HOUR - 60_000);
    expect((await login.graph(token, me.userId).get('/me')).outcome).toBe('ok');
    await control.advance(60_000);
    expect((await login.graph(token, me.userId).get('/me')).outcome).toBe('190/463');
    expect((await login.exchangeToken(token)).outcome).toBe('190/463');
  });
});
