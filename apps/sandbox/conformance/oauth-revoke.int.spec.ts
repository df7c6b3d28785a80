import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { instagramLogin, registerApp } from '../testing/oauth-app.fixture.js';

/** What apps were sent, by path. */
class Callbacks {
  readonly received: { path: string; type: string; body: URLSearchParams }[] = [];
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('end', () => {
      this.received.push({ path: request.url ?? '', type: request.headers['content-type'] ?? '', body: new URLSearchParams(body) });
      response.writeHead(request.url === '/broken' ? 500 : 200).end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

describe('Revoking and coming back (§8.4, §2.4)', () => {
  const callbacks = new Callbacks();
  const logged: string[] = [];
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, log: (line) => logged.push(line) });
    control = new ControlClient(sandbox.url);
    host = await callbacks.start();
  });
  afterAll(async () => {
    await sandbox.close();
    await callbacks.close();
  });

  it('§2.4 every token of the account answers 190/458, and a code that waits is worthless; other accounts go on', async () => {
    const login = instagramLogin(sandbox.url, await registerApp(control));
    const [me, other] = [await control.account(), await control.account()];
    const [short, long, code, theirs] = [await login.shortToken(me.userId), await login.longToken(me.userId), await login.code(me.userId), await login.longToken(other.userId)];
    expect((await control.post(`/accounts/${me.userId}/revoke`)).status).toBe(200);
    for (const token of [me.token, short, long]) expect((await login.graph(token, me.userId).get('/me')).outcome).toBe('190/458');
    expect([(await login.exchangeToken(short)).outcome, (await login.refresh(long)).outcome]).toEqual(['190/458', '190/458']);
    expect((await login.exchangeCode(code)).status).toBe(400);
    expect((await login.graph(theirs, other.userId).get('/me')).outcome).toBe('ok');
  });

  it('§8.4 every connected app is told by a signed_request: raw HMAC over the encoded payload, app-scoped id', async () => {
    const [first, second, unknown] = [await registerApp(control, { deauthorize_url: `${host}/first` }), await registerApp(control, { deauthorize_url: `${host}/second` }), await registerApp(control, { deauthorize_url: `${host}/unknown` })];
    const me = await control.account();
    await instagramLogin(sandbox.url, first).longToken(me.userId);
    await instagramLogin(sandbox.url, second).shortToken(me.userId);
    const id = (await me.get('/me', { fields: 'id' })).text('id');
    const answer = await control.post(`/accounts/${me.userId}/revoke`);
    expect([...answer.list('deauthorized')].sort()).toEqual([`${host}/first`, `${host}/second`]);
    expect(unknown.instagramId).toMatch(/^\d+$/u);
    for (const [path, app] of [['/first', first], ['/second', second]] as const) {
      const calls = callbacks.received.filter((call) => call.path === path);
      expect(calls.map((call) => call.type)).toEqual([expect.stringMatching(/^application\/x-www-form-urlencoded/u)]);
      const [signature = '', payload = ''] = (calls[0]?.body.get('signed_request') ?? '').split('.');
      expect(signature).toBe(createHmac('sha256', app.instagramSecret).update(payload).digest('base64url'));
      expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ algorithm: 'HMAC-SHA256', issued_at: expect.any(Number), user_id: id });
    }
    expect((await control.post(`/accounts/${me.userId}/revoke`)).list('deauthorized')).toEqual([]);
  });

  it('§8.4 a callback that fails is logged and nothing else', async () => {
    const me = await control.account();
    for (const address of [`${host}/broken`, 'http://127.0.0.1:1/closed']) {
      await instagramLogin(sandbox.url, await registerApp(control, { deauthorize_url: address })).shortToken(me.userId);
    }
    expect((await control.post(`/accounts/${me.userId}/revoke`)).list('deauthorized')).toEqual([]);
    expect(logged.filter((line) => line.includes('deauthorize callback'))).toHaveLength(2);
  });

  it('§2.4 a person who lets the app in again mends 190/458 for new tokens only', async () => {
    const login = instagramLogin(sandbox.url, await registerApp(control));
    const me = await control.account();
    const old = await login.longToken(me.userId);
    await control.post(`/accounts/${me.userId}/settings`, { revoked: true });
    expect((await login.refresh(old)).outcome).toBe('190/458');
    const token = await login.longToken(me.userId);
    const outcomes = [];
    for (const each of [token, old, me.token]) outcomes.push((await login.graph(each, me.userId).get('/me')).outcome);
    expect(outcomes).toEqual(['ok', '190/458', '190/458']);
    await control.post(`/accounts/${me.userId}/revoke`);
    expect((await login.graph(await login.shortToken(me.userId), me.userId).get('/me')).outcome).toBe('ok');
  });

  it('§2.4 and 190/463 likewise; permissions that were taken back are given again by ticking them', async () => {
    const login = instagramLogin(sandbox.url, await registerApp(control));
    const me = await control.account({}, { expired: true, permissions: ['instagram_business_basic'] });
    const token = await login.longToken(me.userId, ['instagram_business_manage_comments']);
    const graph = login.graph(token, me.userId);
    expect((await graph.get('/me/content_publishing_limit')).outcome).toBe('ok');
    expect((await me.get('/me')).outcome).toBe('190/463');
  });

  it('what was granted and revoked survives a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-oauth-'));
    try {
      let run = await startSandbox({ port: 0, dataDir });
      const door = new ControlClient(run.url);
      const app = await registerApp(door);
      const [kept, gone] = [await door.account(), await door.account()];
      const login = instagramLogin(run.url, app);
      const [token, code, used, dead] = [await login.longToken(kept.userId), await login.code(kept.userId), await login.code(kept.userId), await login.longToken(gone.userId)];
      await login.exchangeCode(used);
      await door.post(`/accounts/${gone.userId}/revoke`);
      await run.close();
      run = await startSandbox({ port: 0, dataDir });
      const again = instagramLogin(run.url, app);
      expect((await again.graph(token, kept.userId).get('/me')).outcome).toBe('ok');
      expect((await again.graph(dead, gone.userId).get('/me')).outcome).toBe('190/458');
      expect([(await again.exchangeCode(code)).status, (await again.exchangeCode(used)).status]).toEqual([200, 400]);
      await run.close();
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
