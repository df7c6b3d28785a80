import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { GraphClient } from '../testing/graph-client.fixture.js';
import { instagramLogin, type RegisteredApp, registerApp } from '../testing/oauth-app.fixture.js';
import { ALL_SCOPES, type OAuthClient } from '../testing/oauth-client.fixture.js';

const REDIRECT = 'https://app.example/callback?tenant=7';

describe('Authorize page (§8.1, points 1 and 2)', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let app: RegisteredApp;
  let login: OAuthClient;
  let me: GraphClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    app = await registerApp(control, { name: 'Tom & <Jerry>', redirect_uris: [REDIRECT] });
    login = instagramLogin(sandbox.url, app, REDIRECT);
  });
  afterAll(() => sandbox.close());

  it('§8.1 says how to make an account when there is none', async () => {
    const page = await login.page();
    expect([page.status, String(page.body).includes('POST /_sandbox/accounts')]).toEqual([200, true]);
    me = await control.account({ name: '<b>Meadow</b>' });
  });

  it('§8.1 shows the accounts and the scopes as ticked boxes, of which basic cannot be unticked', async () => {
    const other = await control.account();
    const { accounts, boxes, hasFixedBox } = await login.form();
    expect(accounts).toEqual(expect.arrayContaining([me.userId, other.userId]));
    expect(boxes).toHaveLength(ALL_SCOPES.length - 1);
    expect(boxes.some((name) => name.endsWith('instagram_business_basic'))).toBe(false);
    expect(hasFixedBox).toBe(true);
  });

  it('is one self-contained page: nothing runs, nothing is loaded from elsewhere, names are text', async () => {
    const page = await login.page();
    const html = String(page.body);
    expect(html).toContain('Tom &amp; &lt;Jerry&gt;');
    expect(html).not.toMatch(/<b>Meadow|<Jerry>/u);
    expect(html).not.toMatch(/<script|(?:src|href)="(?:https?:)?\/\//u);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/u);
  });

  it('is served on www.instagram.com too, by path or by Host header', async () => {
    const address = login.authorizeUrl().replace(sandbox.url, `${sandbox.url}/www.instagram.com`);
    expect((await fetch(address)).status).toBe(200);
    for (const path of ['/oauth/nothing', '/v25.0/oauth/authorize']) {
      const elsewhere = await fetch(`${sandbox.url}/www.instagram.com${path}`);
      expect([elsewhere.status, elsewhere.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    }
  });

  it('§8.1 an approval leads back with code and state and ends in #_, the query of the address kept', async () => {
    const to = await login.approve(me.userId, [], { state: 'a/b c&d=ü' });
    expect(to.href.startsWith(`${REDIRECT}&code=`)).toBe(true);
    expect(to.searchParams.get('state')).toBe('a/b c&d=ü');
    expect(to.searchParams.get('code')).toMatch(/^[\w-]{20,}$/u);
    expect(to.hash).toBe('#_');
  });

  it('§8.1 a refusal leads back with access_denied, user_denied and state', async () => {
    const answer = await login.decide('cancel', {}, { state: 's1' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${REDIRECT}&error=access_denied&error_reason=user_denied&error_description=The+user+denied+your+request&state=s1`]);
  });

  it('§8.1 takes scopes apart at commas and blanks, and force_reauth and enable_fb_login beside them', async () => {
    const form = await login.form({ scope: 'instagram_business_basic instagram_business_content_publish,instagram_business_manage_insights', force_reauth: 'true', enable_fb_login: 'false' });
    expect(form.boxes).toHaveLength(2);
  });

  it('lets browsers follow the form to the app: form-action would stop a redirect it does not name', async () => {
    const policy = (await login.page()).headers.get('content-security-policy') ?? '';
    expect(/form-action ([^;]*)/u.exec(policy)?.[1]?.split(' ')).toContain('https:');
  });

  it('does not take the form from a page of another site', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      expect((await login.decide('allow', { account: me.userId }, {}, { origin })).status).toBe(403);
    }
    expect((await login.decide('cancel', {}, {}, { origin: sandbox.url })).status).toBe(302);
  });

  it.each<[string, Record<string, string | null>, string]>([
    ['an unknown client_id', { client_id: '1' }, 'Invalid platform app'],
    ['no client_id', { client_id: null }, 'Invalid platform app'],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/callback' }, 'Invalid redirect_uri'],
    ['an address that is nearly the registered one (byte-identical)', { redirect_uri: `${REDIRECT}&` }, 'Invalid redirect_uri'],
    ['no redirect_uri', { redirect_uri: null }, 'Invalid redirect_uri'],
    ['another response_type', { response_type: 'token' }, 'Invalid response_type'],
    ['no response_type', { response_type: null }, 'Invalid response_type'],
    ['a scope that died 2025-01-27', { scope: 'business_basic' }, 'Invalid scopes: business_basic.'],
    ['a scope of Facebook Login', { scope: 'instagram_business_basic,instagram_basic' }, 'Invalid scopes: instagram_basic.'],
    ['no scope', { scope: null }, 'Invalid scopes'],
  ])('§8.1 answers %s with a page and HTTP 400, and never redirects', async (_fact, changes, sentence) => {
    for (const answer of [await login.page(changes), await login.decide('allow', { account: me.userId }, changes)]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      expect(String(answer.body)).toContain(sentence);
    }
  });

  it('§0 the Meta app id is not the Instagram app id', async () => {
    expect((await login.page({ client_id: app.facebookId })).status).toBe(400);
  });

  it('takes any http or https address when the app has registered none, and nothing else', async () => {
    const free = await registerApp(control);
    for (const [address, status] of [['http://localhost:8/cb', 200], ['https://a.example/', 200], ['app://cb', 400], ['https://a.example/#x', 400], ['/cb', 400], ['https://ä.example/', 400], ['https://a.example/\r\nx: y', 400]] as const) {
      expect([address, (await instagramLogin(sandbox.url, free, address).page()).status]).toEqual([address, status]);
    }
  });

  it('answers a form without decision or account with HTTP 400', async () => {
    expect((await login.decide('perhaps', { account: me.userId })).status).toBe(400);
    expect((await login.decide('allow', {})).status).toBe(400);
    expect((await login.decide('allow', { account: '1' })).status).toBe(400);
  });

  it('can be hit by a fault, and answers it as a page', async () => {
    await control.post('/faults', { match: { method: 'GET', path: '/oauth/authorize' }, fault: { kind: 'error', preset: '2' } });
    const answer = await login.page();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8']);
    expect((await login.page()).status).toBe(200);
  });
});
