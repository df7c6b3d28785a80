import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { GraphClient } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

describe('The page', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let me: GraphClient;
  let photo: string;
  let video: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    photo = host.put(await jpeg(), 'image/jpeg');
    video = host.put(mp4(), 'video/mp4');
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  const page = async (path = '/'): Promise<string> => (await fetch(sandbox.url + path)).text();

  it('says how to begin when there is nothing', async () => {
    expect(await page()).toContain('/_sandbox/accounts');
  });

  it('shows pictures, playing reels, album badges, and stories in their own strip', async () => {
    me = await control.account({ name: 'Meadow' });
    await me.publishNow({ image_url: photo, caption: 'first light' });
    await me.publishNow({ media_type: 'REELS', video_url: video });
    await me.publishNow({ media_type: 'STORIES', image_url: photo });
    const children = [(await me.create({ image_url: photo, is_carousel_item: true })).text('id'), (await me.create({ image_url: photo, is_carousel_item: true })).text('id')];
    await me.publishNow({ media_type: 'CAROUSEL', children });
    const html = await page();
    expect(html).toContain('first light');
    expect(html).toMatch(/<img src="\/cdn\/[0-9a-f]{40}\.jpg"/u);
    expect(html).toMatch(/<video src="\/cdn\/[0-9a-f]{40}\.mp4" muted loop autoplay playsinline/u);
    expect(html).toContain('<span class="badge reel">Reel</span>');
    expect(html).toContain('<span class="badge album">2 items</span>');
    expect(html.match(/class="story"/gu)).toHaveLength(1);
    expect(html.match(/class="card"/gu)).toHaveLength(3);
  });

  it('has every post at the path of its permalink', async () => {
    const list = await me.get('/me/media', { fields: 'permalink,media_product_type' });
    for (let index = 0; index < 3; index += 1) {
      const path = new URL(list.text('data', index, 'permalink')).pathname;
      expect((await fetch(sandbox.url + path)).status).toBe(200);
      expect(await page()).toContain(`href="${path}"`);
    }
    expect((await fetch(`${sandbox.url}/p/nothing/`)).status).toBe(404);
  });

  it('shows comments with the post, hidden ones marked, and says when they are off', async () => {
    const id = (await me.get('/me/media', { limit: '1' })).text('data', 0, 'id');
    await me.post(`/${id}/comments`, { message: 'lovely <3' });
    const spam = (await control.post(`/accounts/${me.userId}/comments`, { media_id: id, username: 'spammer', text: 'buy followers' })).text('id');
    const path = new URL((await me.get(`/${id}`, { fields: 'permalink' })).text('permalink')).pathname;
    expect(await page(path)).toContain('lovely &lt;3');
    expect(await page(path)).not.toMatch(/hidden<|Comments are off/u);
    await me.post(`/${spam}`, { hide: true });
    await me.post(`/${id}`, { comment_enabled: false });
    expect(await page(path)).toMatch(/<li data-key="\d+" class="hidden"><b>spammer<\/b> buy followers <span class="pill plain">hidden<\/span>/u);
    expect(await page(path)).toContain('Comments are off');
  });

  it("shows an account's numbers and why its calls are refused", async () => {
    const other = await control.account({ followers_count: 48_210, quota_total: 7 });
    await other.publishNow({ image_url: photo });
    const section = async (): Promise<string> => new RegExp(`<section class="account" data-key="${other.userId}">[^]*?</section>`, 'u').exec(await page())?.[0] ?? '';
    expect(await section()).toMatch(new RegExp(`48,210[^]*1 / 7[^]*${other.userId}`, 'u'));
    expect(await section()).not.toContain('pill');
    await control.post(`/accounts/${other.userId}/settings`, { revoked: true, expired: true, checkpointed: true, restricted: true, throttle: { code: 613, minutes: 5 } });
    expect([...(await section()).matchAll(/<span class="pill bad">([^<]+)/gu)].map(([, name]) => name)).toEqual(['revoked', 'expired', 'checkpointed', 'restricted', 'throttled 613']);
  });

  it('has a page for one account, with its calls only', async () => {
    const [other, third] = [await control.account(), await control.account()];
    await other.get('/me', { fields: 'name' });
    await third.get('/me', { fields: 'user_id' });
    const html = await page(`/?account=${other.username}`);
    expect(html).toContain(`data-key="${other.userId}"`);
    expect(html).not.toContain(`data-key="${third.userId}"`);
    expect(html).toContain('"fields": "name"');
    expect(html).not.toContain('"fields": "user_id"');
    expect((await fetch(`${sandbox.url}/?account=nobody.here`)).status).toBe(404);
  });

  it('shows calls with what was sent and answered, tokens masked, long texts cut', async () => {
    await me.get('/me', { fields: 'no_such_field', note: '<i>&', access_token: me.token });
    await me.post(`/${me.userId}/media`, { image_url: photo, caption: 'long '.repeat(440) });
    const html = await page();
    expect(html).toMatch(/<span class="pill warn">400<\/span>\s*<span class="path"><b>GET<\/b> \/v25\.0\/me</u);
    expect(html).toContain('"note": "&lt;i&gt;&amp;"');
    expect(html).not.toContain(me.token);
    expect(html).toMatch(/long l?o?n?g?<\/pre><p class="soft">1,\d{3} more characters<\/p>/u);
    expect(html.length).toBeLessThan(60_000);
  });

  it('shows faults: what they wait for, how often they struck, and which are done', async () => {
    await control.post('/faults', { match: { method: 'GET', path: '/me', account: me.username }, fault: { kind: 'error', preset: '4/2207051' } });
    await control.post('/faults', { match: { path: '/*/<media>', nth: 2, times: 0 }, fault: { kind: 'delay', ms: 300 } });
    expect(await page()).toMatch(/GET \/me[^]*error 4\/2207051[^]*next call · hit 0 of 0/u);
    await me.get('/me');
    const html = await page();
    expect(html).toMatch(/class="fault spent"[^]*done · hit 1 of 1/u);
    expect(html).toMatch(/ANY \/\*\/&lt;media&gt;<[^]*delay 300 ms[^]*every call from no\. 2 · hit 0 of 0/u);
    expect(html).toContain('<span class="pill bad">fault</span>');
    await control.delete('/faults');
    expect(await page()).toContain('None: every call is answered');
  });

  it('shows the newest of many accounts', async () => {
    for (let count = 0; count < 25; count += 1) await control.account();
    const html = await page();
    expect(html.match(/<section class="account"/gu)).toHaveLength(20);
    expect(html).toMatch(/\d+ older accounts/u);
  });

  it('escapes what accounts write, and runs no script but its own', async () => {
    const other = await control.account({ name: '<script>alert(1)</script>' });
    await other.publishNow({ image_url: photo, caption: '"><img src=x onerror=alert(1)>', alt_text: '" onload="alert(1)' });
    const response = await fetch(sandbox.url);
    const html = await response.text();
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('" onload="');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('answers 304 to its own question while nothing has changed', async () => {
    const ask = (tag: string): Promise<Response> => fetch(`${sandbox.url}/?part=main`, { headers: { 'if-none-match': tag } });
    const first = await ask('');
    const tag = first.headers.get('etag') ?? '';
    expect(await first.text()).toMatch(/^<main>/u);
    expect((await ask(tag)).status).toBe(304);
    expect(Number(first.headers.get('x-sandbox-now'))).toBeCloseTo(Date.now(), -4);
    await me.publishNow({ image_url: photo });
    expect((await ask(tag)).status).toBe(200);
  });

  it('tells its own question, too, that a post is gone', async () => {
    const answer = await fetch(`${sandbox.url}/p/nothing/?part=main`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('There is nothing here')]);
  });

  it('has an icon, and pictures for accounts that have none', async () => {
    for (const path of ['/favicon.ico', `/avatar/${me.userId}.svg`, '/avatar/0.svg']) {
      const answer = await fetch(sandbox.url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    }
  });

  it('repeats no Host into a command for a shell that is not plainly one', async () => {
    const empty = await startSandbox({ port: 0 });
    try {
      expect(await (await fetch(empty.url)).text()).toContain(`curl ${empty.url}/_sandbox/accounts`);
      expect(await asHost(empty.port, '$(reboot).example')).toContain('curl http://127.0.0.1:3001/_sandbox/accounts');
    } finally {
      await empty.close();
    }
  });

  it('lets stories go after a day', async () => {
    await control.advance(24 * 3_600_000);
    expect(await page()).not.toContain('class="story"');
  });
});

function asHost(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, headers: { host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => { resolve(text); });
    }).on('error', reject);
  });
}
