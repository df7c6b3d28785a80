import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, type GraphClient, send } from '../testing/graph-client.fixture.js';
import { facebookLogin, instagramLogin, type RegisteredApp, registerApp } from '../testing/oauth-app.fixture.js';
import type { OAuthClient } from '../testing/oauth-client.fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('Facebook Login (§8.2, §8.3)', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let app: RegisteredApp;
  let login: OAuthClient;
  let me: GraphClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    app = await registerApp(control);
    login = facebookLogin(sandbox.url, app);
    me = await control.account();
  });
  afterAll(() => sandbox.close());

  /** The guide's call is a GET without grant_type. */
  const exchangeCode = (code: string, changes: Record<string, string> = {}): Promise<Answer> => {
    const query = { client_id: app.facebookId, client_secret: app.facebookSecret, redirect_uri: login.app.redirectUri, code, ...changes };
    return send('GET', `${login.hosts.api}?${new URLSearchParams(query).toString()}`);
  };
  const exchangeToken = (token: string, changes: Record<string, string> = {}): Promise<Answer> => {
    const query = { grant_type: 'fb_exchange_token', client_id: app.facebookId, client_secret: app.facebookSecret, fb_exchange_token: token, ...changes };
    return send('GET', `${login.hosts.api}?${new URLSearchParams(query).toString()}`);
  };
  const personToken = async (): Promise<string> => (await exchangeCode(await login.code(me.userId))).text('access_token');
  const read = (token: string, path: string): Promise<Answer> => send('GET', `${login.hosts.graph}/v25.0${path}${path.includes('?') ? '&' : '?'}access_token=${token}`);

  it('§8.2 the dialog knows the app by its Meta app id and the scopes of Facebook Login, versioned and unversioned', async () => {
    expect((await login.page()).status).toBe(200);
    expect((await send('GET', login.authorizeUrl().replace('/v25.0', ''))).status).toBe(200);
    expect((await login.page({ response_type: null })).status).toBe(200);
    expect((await login.page({ client_id: app.instagramId })).status).toBe(400);
    expect((await login.page({ scope: 'instagram_business_basic' })).status).toBe(400);
    expect((await send('GET', `${sandbox.url}/dialog/oauth`)).status).toBe(400);
  });

  it('§8.2 a code becomes a short token of the person, by GET or POST, once', async () => {
    const code = await login.code(me.userId);
    const answer = await exchangeCode(code);
    expect(answer.body).toEqual({ access_token: expect.stringMatching(/^EAA/u), token_type: 'bearer', expires_in: 3600 });
    expect((await exchangeCode(code)).outcome).toBe('100');
    expect((await login.exchangeCode(await login.code(me.userId))).outcome).toBe('ok');
    expect((await read(answer.text('access_token'), '/me')).outcome).toBe('ok');
  });

  it('§8.2 exchanges a short token for one of 60 days; an expired one cannot be exchanged', async () => {
    const short = await personToken();
    const answer = await exchangeToken(short);
    expect(answer.body).toEqual({ access_token: expect.stringMatching(/^EAA/u), token_type: 'bearer', expires_in: 5_184_000 });
    await control.advance(HOUR);
    expect((await exchangeToken(short)).outcome).toBe('190/463');
    await control.advance(60 * DAY);
    expect((await read(answer.text('access_token'), '/me')).outcome).toBe('190/463');
  });

  it('§8.2 the page token of a long token does not expire, the one of a short token does', async () => {
    const pageTokenOf = async (token: string): Promise<string> => (await read(token, '/me/accounts?fields=access_token')).text('data', 0, 'access_token');
    const short = await personToken();
    const [brief, lasting] = [await pageTokenOf(short), await pageTokenOf((await exchangeToken(short)).text('access_token'))];
    await control.advance(HOUR);
    expect([(await read(brief, '/me')).outcome, (await read(lasting, '/me')).outcome]).toEqual(['190/463', 'ok']);
    await control.advance(100 * DAY);
    expect((await read(lasting, '/me')).outcome).toBe('ok');
  });

  it('§8.2 refuses in the Graph envelope (§2.1): app, secret, code, address, grant type, method, token', async () => {
    const code = await login.code(me.userId);
    const short = await personToken();
    const other = await registerApp(control);
    const outcomes = [
      await exchangeCode(code, { client_id: app.instagramId }), await exchangeCode(code, { client_secret: app.instagramSecret }), await exchangeCode('AQ1'),
      await exchangeCode(code, { redirect_uri: 'https://app.example/other' }), await exchangeCode(code, { grant_type: 'client_credentials' }),
      await send('DELETE', login.hosts.api), await send('GET', login.hosts.api),
      await exchangeToken(short, { client_secret: 'wrong' }), await exchangeToken('EAAnonsense'), await exchangeToken(me.token),
      await exchangeToken(short, { client_id: other.facebookId, client_secret: other.facebookSecret }),
    ].map((answer) => answer.outcome);
    expect(outcomes).toEqual(['100', '100', '100', '100', '100', '100', '100', '100', '190', '190', '190']);
  });

  it('§0 codes and tokens of one login are nothing to the other', async () => {
    const instagram = instagramLogin(sandbox.url, app);
    expect((await instagram.exchangeCode(await login.code(me.userId))).status).toBe(400);
    expect((await exchangeCode(await instagram.code(me.userId))).outcome).toBe('100');
    const [person, ours] = [await personToken(), await instagram.longToken(me.userId)];
    expect((await send('GET', `${sandbox.url}/graph.instagram.com/me?access_token=${person}`)).outcome).toBe('190');
    expect((await read(ours, '/me')).outcome).toBe('190');
    expect((await instagram.exchangeToken(person)).outcome).toBe('190');
  });

  it('§8.3 debug_token tells what a token is, to its own app', async () => {
    const short = await personToken();
    const debug = (input: string, asker: string): Promise<Answer> => read(encodeURIComponent(asker), `/debug_token?input_token=${input}`);
    const appToken = `${app.facebookId}|${app.facebookSecret}`;
    const answer = await debug(short, appToken);
    expect(answer.at('data')).toMatchObject({ app_id: app.facebookId, type: 'USER', is_valid: true, scopes: login.scopes, user_id: (await read(short, '/me')).text('id'), expires_at: expect.any(Number) });
    expect((await debug(short, short)).at('data', 'is_valid')).toBe(true);
    expect((await debug(short, `${app.facebookId}|wrong`)).outcome).toBe('190');
    const other = await registerApp(control);
    expect((await debug(short, `${other.facebookId}|${other.facebookSecret}`)).outcome).toBe('100');
    expect((await debug('EAAnonsense', appToken)).at('data', 'is_valid')).toBe(false);
    await control.advance(HOUR);
    expect((await debug(short, appToken)).at('data')).toMatchObject({ is_valid: false, error: { code: 190, subcode: 463 } });
  });

  it('§8.3 debug_token says of a page token that it never expires', async () => {
    const long = (await exchangeToken(await personToken())).text('access_token');
    const page = (await read(long, '/me/accounts?fields=access_token')).text('data', 0, 'access_token');
    expect((await read(long, `/debug_token?input_token=${page}`)).at('data')).toMatchObject({ type: 'PAGE', expires_at: 0, is_valid: true, profile_id: expect.any(String) });
  });
});
