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
    expect(html).toContain('▶ Reel');
    expect(html).toContain('❐ 2');
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

  it('shows comments with the post', async () => {
    const id = (await me.get('/me/media', { limit: '1' })).text('data', 0, 'id');
    await me.post(`/${id}/comments`, { message: 'lovely <3' });
    const path = new URL((await me.get(`/${id}`, { fields: 'permalink' })).text('permalink')).pathname;
    expect(await page(path)).toContain('lovely &lt;3');
  });

  it('escapes what accounts write, and runs no script but its own', async () => {
    const other = await control.account({ name: '<script>alert(1)</script>' });
    await other.publishNow({ image_url: photo, caption: '"><img src=x onerror=alert(1)>', alt_text: '" onload="alert(1)' });
    const response = await fetch(sandbox.url);
    const html = await response.text();
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('" onload="');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers 304 to its own question while nothing has changed', async () => {
    const ask = (tag: string): Promise<Response> => fetch(`${sandbox.url}/?part=main`, { headers: { 'if-none-match': tag } });
    const first = await ask('');
    const tag = first.headers.get('etag') ?? '';
    expect(await first.text()).toMatch(/^<main>/u);
    expect((await ask(tag)).status).toBe(304);
    await me.publishNow({ image_url: photo });
    expect((await ask(tag)).status).toBe(200);
  });

  it('lets stories go after a day', async () => {
    await control.advance(24 * 3_600_000);
    expect(await page()).not.toContain('class="story"');
  });
});
