import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type GraphClient, send } from '../testing/graph-client.fixture.js';
import { facebookLogin, instagramLogin, type RegisteredApp, registerApp } from '../testing/oauth-app.fixture.js';
import { ALL_SCOPES, type OAuthClient } from '../testing/oauth-client.fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('Tokens of Business Login (§8.1, points 4 and 5)', () => {
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

  it('§8.1 a short token becomes a long one, on versioned and unversioned paths; bearer works too (§0)', async () => {
    const short = await login.shortToken(me.userId, ['instagram_business_manage_messages']);
    const answer = await login.exchangeToken(short);
    expect(answer.body).toEqual({ access_token: expect.stringMatching(/^IGAA/u), token_type: 'bearer', expires_in: 5_184_000 });
    const query = `grant_type=ig_exchange_token&client_secret=${app.instagramSecret}`;
    expect((await send('GET', `${sandbox.url}/graph.instagram.com/v25.0/access_token?${query}&access_token=${short}`)).outcome).toBe('ok');
    expect((await send('GET', `${sandbox.url}/access_token?${query}`, { headers: { authorization: `Bearer ${short}` } })).outcome).toBe('ok');
    expect((await login.graph(answer.text('access_token'), me.userId).get('/me')).outcome).toBe('ok');
  });

  it('§8.1 the exchange refuses in the Graph envelope (§2.1): secret, grant_type, method, missing or unknown token, a long token', async () => {
    const short = await login.shortToken(me.userId);
    const outcomes = [
      await login.exchangeToken(short, { client_secret: 'wrong' }), await login.exchangeToken(short, { client_secret: app.facebookSecret }), await login.exchangeToken(short, { client_secret: null }),
      await login.exchangeToken(short, { grant_type: 'ig_refresh_token' }), await login.exchangeToken(short, { grant_type: null }),
      await send('POST', `${sandbox.url}/access_token`, { body: new URLSearchParams({ grant_type: 'ig_exchange_token', client_secret: app.instagramSecret, access_token: short }) }),
      await login.exchangeToken(short, { access_token: null }), await login.exchangeToken('IGAAnonsense'), await login.exchangeToken(await login.longToken(me.userId)),
    ].map((answer) => answer.outcome);
    expect(outcomes).toEqual(['100', '100', '100', '100', '100', '100', '2500', '190', '100']);
  });

  it('§8.1 refreshes a long token from 24 hours on, without secret; the old one stays good until its own end', async () => {
    const long = await login.longToken(me.userId);
    await control.advance(DAY - 60_000);
    expect((await login.refresh(long)).outcome).toBe('100');
    await control.advance(60_000);
    const answer = await login.refresh(long);
    expect(answer.body).toEqual({ access_token: expect.stringMatching(/^IGAA/u), token_type: 'bearer', expires_in: 5_184_000, permissions: ALL_SCOPES.join(',') });
    const fresh = answer.text('access_token');
    expect((await login.refresh(fresh)).outcome).toBe('100');
    await control.advance(59 * DAY - 60_000);
    expect([(await login.graph(long, me.userId).get('/me')).outcome, (await login.graph(fresh, me.userId).get('/me')).outcome]).toEqual(['ok', 'ok']);
    await control.advance(60_000);
    expect([(await login.graph(long, me.userId).get('/me')).outcome, (await login.graph(fresh, me.userId).get('/me')).outcome]).toEqual(['190/463', 'ok']);
  });

  it('the refreshed answer lists the permissions that are left (in Meta\'s SDK, not in the reference)', async () => {
    const owner = await control.account();
    const long = await login.longToken(owner.userId, ['instagram_business_manage_messages']);
    await control.post(`/accounts/${owner.userId}/settings`, { permissions: ['instagram_business_basic', 'instagram_business_manage_messages', 'instagram_business_manage_insights'] });
    await control.advance(DAY);
    expect((await login.refresh(long)).text('permissions')).toBe('instagram_business_basic,instagram_business_manage_insights');
  });

  it('§8.1 a token not refreshed within 60 days is dead for good', async () => {
    const long = await login.longToken(me.userId);
    await control.advance(60 * DAY);
    expect([(await login.graph(long, me.userId).get('/me')).outcome, (await login.refresh(long)).outcome]).toEqual(['190/463', '190/463']);
    await control.advance(DAY);
    expect((await login.refresh(long)).outcome).toBe('190/463');
  });

  it('§8.1 refresh needs instagram_business_basic, GET, its grant_type and a long token', async () => {
    const without = await login.longToken(me.userId, [], { scope: 'instagram_business_content_publish' });
    const long = await login.longToken(me.userId);
    const short = await login.shortToken(me.userId);
    expect((await login.refresh(short)).outcome).toBe('100');
    await control.advance(DAY);
    expect((await login.refresh(without)).outcome).toBe('10');
    expect((await login.refresh(long, { grant_type: 'ig_exchange_token' })).outcome).toBe('100');
    expect((await send('POST', `${sandbox.url}/refresh_access_token`, { body: new URLSearchParams({ grant_type: 'ig_refresh_token', access_token: long }) })).outcome).toBe('100');
    expect((await login.refresh(long, { access_token: null })).outcome).toBe('2500');
    const versioned = await send('GET', `${sandbox.url}/graph.instagram.com/v25.0/refresh_access_token?grant_type=ig_refresh_token&access_token=${long}`);
    expect(versioned.outcome).toBe('ok');
  });

  it('§8.1 the token of the dashboard is long-lived already: refreshed, never exchanged', async () => {
    const fresh = await control.account();
    expect((await login.exchangeToken(fresh.token, { client_secret: 'wrong' })).outcome).toBe('100');
    await control.advance(DAY);
    expect((await login.refresh(fresh.token)).outcome).toBe('ok');
  });

  it('§0, §11.1 every path on its own host: a code at graph.instagram.com is code 100', async () => {
    for (const base of [`${sandbox.url}/graph.instagram.com`, `${sandbox.url}/graph.instagram.com/v25.0`]) {
      const misled = instagramLogin(base, app);
      expect((await misled.exchangeCode('AQ1')).outcome).toBe('100');
    }
    const long = await login.longToken(me.userId);
    for (const path of ['/me', '/access_token', '/refresh_access_token']) {
      expect([path, (await send('GET', `${sandbox.url}/graph.facebook.com${path}?access_token=${long}`)).outcome]).toEqual([path, '190']);
    }
  });

  it('faults hit token endpoints, in the words of their host; the ledger counts the calls', async () => {
    const mine = await control.account();
    const code = await login.code(mine.userId);
    await control.post('/faults', { match: { path: '/oauth/access_token', account: mine.userId }, fault: { kind: 'error', preset: '2' } });
    await control.post('/faults', { match: { path: '/access_token', account: mine.userId }, fault: { kind: 'error', preset: '190/460' } });
    await control.post('/faults', { match: { path: '/refresh_access_token', account: mine.userId }, fault: { kind: 'http', status: 503 } });
    expect((await login.exchangeCode(code)).body).toEqual({ error_type: 'OAuthException', code: 500, error_message: 'Service temporarily unavailable' });
    const short = (await login.exchangeCode(code)).text('access_token');
    expect((await login.exchangeToken(short)).outcome).toBe('190/460');
    expect((await login.refresh(short)).status).toBe(503);
    expect((await control.ledger(mine)).at('calls')).toEqual({ 'POST /oauth/access_token': 2, 'GET /access_token': 1, 'GET /refresh_access_token': 1 });
  });

  it.each(['instagram', 'facebook'] as const)('§8.3 an app may require appsecret_proof of calls through %s login: missing is code 100', async (required) => {
    const strict = await registerApp(control);
    await control.post('/apps', { client_id: strict.instagramId, proof_required: [required] });
    const tokens = {
      instagram: [sandbox.url, strict.instagramSecret, await instagramLogin(sandbox.url, strict).shortToken(me.userId)] as const,
      facebook: [`${sandbox.url}/graph.facebook.com`, strict.facebookSecret, (await facebookLogin(sandbox.url, strict).exchangeCode(await facebookLogin(sandbox.url, strict).code(me.userId))).text('access_token')] as const,
    };
    for (const kind of ['instagram', 'facebook'] as const) {
      const [base, secret, token] = tokens[kind];
      const proof = createHmac('sha256', secret).update(token).digest('hex');
      expect((await send('GET', `${base}/me?access_token=${token}&appsecret_proof=${proof}`)).outcome).toBe('ok');
      const missing = await send('GET', `${base}/me?access_token=${token}`);
      expect(missing.outcome).toBe(kind === required ? '100' : 'ok');
      if (kind === required) expect(missing.text('error', 'message')).toContain('appsecret_proof');
    }
  });

  it('§8.3 appsecret_proof, when it is given, must be right', async () => {
    const token = await login.longToken(me.userId);
    const proof = (secret: string): string => createHmac('sha256', secret).update(token).digest('hex');
    const graph = login.graph(token, me.userId);
    expect((await graph.get('/me', { appsecret_proof: proof(app.instagramSecret) })).outcome).toBe('ok');
    expect((await graph.get('/me', { appsecret_proof: proof(app.facebookSecret) })).outcome).toBe('100');
  });
});
