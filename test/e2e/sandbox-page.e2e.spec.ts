import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContextOptions } from 'playwright-core';
import { startChromium, type TestBrowser } from '#testing/chromium';
import { TestSandbox } from '#testing/sandbox';
import { SandboxPageVisit } from './platform/sandbox-page.js';
import { SandboxWorld } from './platform/sandbox-world.js';

/** Kept after the run, to be looked at. */
const screenshots = resolve(import.meta.dirname, '../../.cache/screenshots');
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const smallPhone: BrowserContextOptions = { ...phone, viewport: { width: 360, height: 640 } };
/** What we read of elements; our compiler does not know the browser's types. */
interface Picture {
  naturalWidth: number;
}
interface Video {
  readyState: number;
  paused: boolean;
  videoWidth: number;
  currentTime: number;
  witness: string[];
  addEventListener(event: string, listener: () => void): void;
}

/** The page asks for news every two seconds. */
const soon = { timeout: 10_000 };

describe("the sandbox's page in Chromium", () => {
  let chromium: TestBrowser;
  let sandbox: TestSandbox;
  let world: SandboxWorld;
  let album: string;
  let reel: string;
  const visits: SandboxPageVisit[] = [];

  beforeAll(async () => {
    [chromium, sandbox] = await Promise.all([startChromium(), TestSandbox.start()]);
    world = await SandboxWorld.create(sandbox, 'meadow.studio');
    await sandbox.createAccount({ username: 'quiet.north' });
    await world.publish({ image_url: await world.photo(1), caption: 'First light over the meadow 🌾\nShot at 5:40 <b>#sunrise</b>', alt_text: 'Grass and sun' });
    reel = await world.publish({ media_type: 'REELS', video_url: await world.video(2), caption: 'Six seconds of nothing at all' });
    album = await world.publishAlbum([await world.photo(3, 1080, 1080), await world.photo(4, 1080, 1080), await world.photo(5, 1080, 1080)], 'Three rooms, one afternoon.');
    await world.publish({ media_type: 'STORIES', image_url: await world.photo(6, 1080, 1920) });
    await world.publish({ media_type: 'STORIES', video_url: await world.video(7) });
  }, 480_000);

  afterEach(async () => {
    const problems = visits.flatMap((visit) => visit.problems);
    await Promise.all(visits.splice(0).map((visit) => visit.end()));
    await sandbox.clearFaults();
    expect(problems).toEqual([]);
  });

  afterAll(async () => {
    await chromium?.close();
    await world?.close();
    await sandbox?.close();
  });

  const visit = async (path: string, options: BrowserContextOptions): Promise<SandboxPageVisit> => {
    const begun = await SandboxPageVisit.begin(chromium, sandbox, options);
    visits.push(begun);
    await begun.page.goto(path);
    return begun;
  };
  const keep = (visit: SandboxPageVisit, name: string): Promise<Buffer> => visit.page.screenshot({ path: join(screenshots, `${name}.png`) });

  it('shows pictures that decode and videos that play', async () => {
    const { page, ...seen } = await visit('/', desktop);
    const account = page.locator('.account', { hasText: 'meadow.studio' });
    const photo = account.locator('.card', { hasText: 'First light' });
    await expect.poll(() => photo.locator('img').evaluate((image: Picture) => image.naturalWidth), soon).toBe(1080);
    expect(await photo.locator('.caption').innerText()).toContain('<b>#sunrise</b>');
    for (const video of [account.locator('.card video'), account.locator('.story video')]) {
      await expect.poll(() => video.evaluate((video: Video) => video.readyState >= 2 && !video.paused && video.videoWidth === 360), soon).toBe(true);
      const before = await video.evaluate((video: Video) => video.currentTime);
      await expect.poll(() => video.evaluate((video: Video) => video.currentTime), soon).not.toBe(before);
    }
    expect(await account.locator('.story').count()).toBe(2);
    expect(await account.locator('.badge').allInnerTexts()).toEqual(['3 items', 'Reel']);
    expect(await account.locator('dl').innerText()).toMatch(new RegExp(`48,210[^]*5 / 100[^]*${world.account.user_id}`, 'u'));
    expect(seen.problems).toEqual([]);
    expect((await (await fetch(sandbox.url)).text()).length).toBeLessThan(60_000);
  });

  it('shows comments at the permalink: threads, hidden ones, and when they are off', async () => {
    const thanks = await world.comment(album, 'Thank you all <3');
    const spam = await world.foreignComment(album, 'spammer', 'buy followers');
    await world.foreignComment(album, 'jo.field', 'Lovely light in the second one!');
    await world.call('POST', `/${thanks}/replies`, { message: 'and come again' });
    await world.call('POST', `/${spam}`, { hide: true });
    await world.call('POST', `/${album}`, { comment_enabled: false });
    const shown = await visit(await world.path(album), desktop);
    const comments = shown.page.getByRole('region', { name: 'Comments' });
    expect(await comments.locator('li').allInnerTexts()).toEqual([
      expect.stringMatching(/^jo\.field Lovely light/u), expect.stringMatching(/^spammer buy followers hidden/u),
      expect.stringMatching(/^meadow\.studio Thank you all <3/u), expect.stringMatching(/^meadow\.studio and come again/u),
    ]);
    expect(await comments.locator('li.hidden').count()).toBe(1);
    expect(await comments.getByText('Comments are off').isVisible()).toBe(true);
    await expect.poll(() => shown.page.locator('.reelstrip img').last().evaluate((image: Picture) => image.naturalWidth), soon).toBe(1080);
    await keep(shown, 'desktop-post');
  });

  it('lists calls as they come, and keeps an opened one open', async () => {
    await world.call('GET', '/me', { fields: 'username' });
    const shown = await visit('/', desktop);
    const opened = shown.page.locator('.call', { hasText: 'GET /v25.0/me' }).first();
    await opened.locator('summary').click();
    expect(await opened.locator('pre').allInnerTexts()).toEqual([expect.stringContaining('"fields": "username"'), expect.stringContaining('"username": "meadow.studio"')]);
    await world.call('GET', '/me', { fields: 'no_such_field' });
    const refused = shown.page.locator('.call:has(.pill.warn)').first();
    await refused.waitFor();
    expect(await refused.locator('summary').innerText()).toMatch(/^400[^]*GET \/v25\.0\/me[^]*meadow\.studio · /u);
    expect(await shown.page.locator('#calls details[open]').count()).toBe(1);
    expect(await shown.page.locator('.call', { hasText: world.account.access_token }).count()).toBe(0);
    await keep(shown, 'desktop-calls');
  });

  it('keeps a call that is being read when thirty newer ones have come', async () => {
    await world.call('GET', '/me', { fields: 'name' });
    const { page } = await visit('/', desktop);
    await page.locator('.call summary').first().click();
    for (let count = 0; count < 31; count += 1) await world.call('GET', '/me', { fields: 'id' });
    await expect.poll(() => page.locator('.call').count(), soon).toBe(31);
    expect(await page.locator('.call[open]').innerText()).toContain('"fields": "name"');
  });

  it('adds a fault by its form, shows it strike, and removes it', async () => {
    const shown = await visit('/', desktop);
    const faults = shown.page.getByRole('region', { name: 'Faults' });
    await faults.getByText('Add a fault').click();
    await faults.getByLabel('Path').fill('/me');
    await faults.getByLabel('Method').selectOption('GET');
    await faults.getByLabel('Account').fill('meadow.studio');
    await faults.getByLabel('Kind').selectOption('error_after_effect');
    await faults.getByLabel('Error', { exact: true }).fill('4/2207051');
    await faults.getByLabel('Hits').fill('2');
    await faults.getByRole('button', { name: 'Add fault' }).click();
    const added = faults.locator('.fault');
    await added.waitFor();
    expect(await added.innerText()).toMatch(/GET \/me[^]*error_after_effect 4\/2207051[^]*meadow\.studio · 2 calls · hit 0 of 0/u);
    expect(await faults.getByLabel('Path').inputValue()).toBe('');
    expect(await world.call('GET', '/me')).toMatchObject({ status: 400, body: { error: { code: 4, error_subcode: 2207051 } } });
    await faults.getByText('hit 1 of 1').waitFor();
    await shown.page.locator('.call', { hasText: 'fault' }).first().waitFor();
    await keep(shown, 'desktop-faults');
    await faults.getByRole('button', { name: 'Remove the fault on GET /me' }).click();
    await faults.getByText('None: every call').waitFor();
    expect((await world.call('GET', '/me')).status).toBe(200);
  });

  it('takes no field that the chosen kind does not have, and says in place what the control door refuses', async () => {
    const shown = await visit('/', desktop);
    const faults = shown.page.getByRole('region', { name: 'Faults' });
    await faults.getByText('Add a fault').click();
    await faults.getByLabel('Path').fill('/me');
    await faults.getByLabel('Error', { exact: true }).fill('4711');
    await faults.getByRole('button', { name: 'Add fault' }).click();
    await faults.getByText('"4711"').waitFor();
    expect(shown.problems.splice(0)).toHaveLength(2);
    expect(await faults.getByLabel('Path').inputValue()).toBe('/me');
    await faults.getByLabel('Kind').selectOption('delay');
    expect(await faults.getByLabel('Error', { exact: true }).isVisible()).toBe(false);
    await faults.getByLabel('Milliseconds').fill('1');
    await faults.getByRole('button', { name: 'Add fault' }).click();
    await faults.getByText('delay 1 ms').waitFor();
    expect(await faults.getByText('"4711"').count()).toBe(0);
  });

  it('touches nothing that a person uses: half-typed text, focus, a playing video', async () => {
    const { page } = await visit('/', desktop);
    await page.getByText('Add a fault').click();
    await page.getByLabel('Path').pressSequentially('/*/me');
    const video = page.locator('.card video').first();
    await video.evaluate((element: Video) => {
      element.witness = [];
      for (const event of ['pause', 'emptied']) element.addEventListener(event, () => void element.witness.push(event));
    });
    await world.publish({ image_url: await world.photo(8), caption: 'A new post' });
    await page.locator('.card', { hasText: 'A new post' }).waitFor();
    await page.keyboard.type('dia');
    expect(await page.getByLabel('Path').inputValue()).toBe('/*/media');
    expect(await video.evaluate((video: Video) => video.witness)).toEqual([]);
  });

  it.each([['phone', phone], ['small-phone', smallPhone]] as const)('fits a %s, with all its parts one tap away', async (name, options) => {
    await sandbox.fault({ path: '/me' }, { kind: 'error', preset: '4/2207051' });
    await sandbox.fault({ method: 'POST', path: '/*/media_publish', account: 'meadow.studio' }, { kind: 'reset_after_effect' });
    const shown = await visit('/', options);
    const { page } = shown;
    await expect.poll(() => page.locator('.card img').first().evaluate((image: Picture) => image.naturalWidth), soon).toBe(1080);
    expect(await shown.overflow()).toBe(0);
    await keep(shown, name);
    for (const [tab, id] of [['Clock', 'clock'], ['Faults', 'faults'], ['Calls', 'calls']] as const) {
      await page.getByRole('navigation').getByRole('link', { name: tab }).tap();
      await page.locator(`#${id}`).waitFor();
      expect(await page.locator('.feed').isVisible()).toBe(false);
      if (id === 'faults') await page.getByText('Add a fault').tap();
      if (id === 'calls') await page.locator('.call summary').first().tap();
      expect(await shown.overflow()).toBe(0);
      await keep(shown, `${name}-${id}`);
    }
    await page.getByRole('navigation').getByRole('link', { name: 'Posts' }).tap();
    await page.locator('.feed').waitFor();
    await page.goto(await world.path(reel));
    await expect.poll(() => page.locator('.reelstrip video').evaluate((video: Video) => video.readyState), soon).toBeGreaterThanOrEqual(2);
    expect(await shown.overflow()).toBe(0);
    await keep(shown, `${name}-post`);
  });

  it.each(['light', 'dark'] as const)('can be read when it is %s', async (colorScheme) => {
    await sandbox.fault({ path: '/nowhere' }, { kind: 'reset' });
    await sandbox.settings((await sandbox.createAccount({ username: `revoked.${colorScheme}` })).user_id, { revoked: true });
    const shown = await visit('/', { ...desktop, colorScheme });
    await shown.page.getByText('Add a fault').click();
    await expect.poll(() => shown.page.locator('.card img').first().evaluate((image: Picture) => image.naturalWidth), soon).toBe(1080);
    expect(await shown.faintTexts()).toEqual([]);
    await shown.page.getByText('Add a fault').click();
    await keep(shown, `desktop-${colorScheme}`);
    await shown.page.goto(await world.path(album));
    expect(await shown.faintTexts()).toEqual([]);
  });

  it('moves nothing for people who asked for less motion', async () => {
    const { page } = await visit('about:blank', { ...desktop, reducedMotion: 'reduce' });
    await page.addInitScript('addEventListener("pause", (event) => { event.target.dataset.calmed = ""; }, true)');
    await page.goto('/');
    const calmed = page.locator('.card video[data-calmed]');
    await calmed.waitFor();
    expect(await calmed.evaluate((video: Video) => video.paused)).toBe(true);
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await visit('/', desktop);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to recent calls');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('.call[open]').count()).toBe(1);
  });

  it('says when the sandbox does not answer, and goes on when it does', async () => {
    const shown = await visit('/', desktop);
    await sandbox.kill();
    await shown.page.getByText('The sandbox does not answer').waitFor();
    await sandbox.restart();
    await shown.page.getByText('Live', { exact: true }).waitFor();
    expect(shown.problems.splice(0).every((problem) => problem.includes('ERR_CONNECTION'))).toBe(true);
  });

  it('moves the clock: a day later the stories are gone', async () => {
    const { page } = await visit('/', desktop);
    const clock = page.getByRole('region', { name: 'Clock' });
    const before = await sandbox.clock();
    expect(await page.locator('.story').count()).toBe(2);
    await clock.getByRole('button', { name: '+24 h' }).click();
    await clock.getByText('1 d ahead of real time').waitFor();
    expect(await page.locator('.story').count()).toBe(0);
    expect((await sandbox.clock()).getTime() - before.getTime()).toBeGreaterThanOrEqual(86_400_000);
    await expect.poll(() => clock.locator('time').getAttribute('datetime').then((shown) => Math.abs(Date.parse(shown ?? '') - Date.now() - 86_400_000)), soon).toBeLessThan(3000);
    await clock.getByRole('button', { name: '+60 days' }).click();
    await page.getByText('first token expired').first().waitFor();
  });
});
