import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startChromium, type TestBrowser } from '#testing/chromium';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { TestSandbox } from '#testing/sandbox';
import type { SandboxAccount } from '#testing/sandbox-api';
import { SandboxPageVisit } from './platform/sandbox-page.js';

const screenshots = resolve(import.meta.dirname, '../../.cache/screenshots');
/** The sandbox's app; the same in every sandbox. */
const app = { client_id: '990602627938098', client_secret: '5a6e1f0c94b74d1c8d2f3e4a5b6c7d8e' };
const scope = 'instagram_business_basic,instagram_business_content_publish,instagram_business_manage_comments';

describe('connecting an account in Chromium', () => {
  let chromium: TestBrowser;
  let sandbox: TestSandbox;
  /** Somebody's application, on an origin of its own. */
  let application: LoopbackMediaHost;
  let callback: string;
  let account: SandboxAccount;
  let visit: SandboxPageVisit;

  beforeAll(async () => {
    [chromium, sandbox, application] = await Promise.all([startChromium(), TestSandbox.start(), LoopbackMediaHost.start()]);
    application.serve('/favicon.ico', '', 'image/x-icon');
    callback = application.serve('/callback', '<!doctype html><title>Back</title>Back at the application', 'text/html');
    account = await sandbox.createAccount({ username: 'meadow.studio' });
    await sandbox.createAccount({ username: 'quiet.north' });
  }, 480_000);

  afterEach(async () => {
    const { problems } = visit;
    await visit.end();
    expect(problems).toEqual([]);
  });

  afterAll(async () => {
    await chromium?.close();
    await application?.stop();
    await sandbox?.close();
  });

  async function ask(options: Parameters<typeof SandboxPageVisit.begin>[2]): Promise<SandboxPageVisit> {
    visit = await SandboxPageVisit.begin(chromium, sandbox, options);
    const query = new URLSearchParams({ client_id: app.client_id, redirect_uri: callback, response_type: 'code', scope, state: 'a b&c' });
    await visit.page.goto(`/oauth/authorize?${query.toString()}`);
    return visit;
  }

  async function cameBack(): Promise<URL> {
    await visit.page.waitForURL(`${callback}?**`);
    return new URL(visit.page.url());
  }

  it('lets a person choose an account, untick a permission and come back with a code that becomes a token', async () => {
    const { page } = await ask({ viewport: { width: 1280, height: 900 } });
    await page.getByLabel('meadow.studio').check();
    await page.getByLabel('instagram_business_manage_comments').uncheck();
    await page.screenshot({ path: resolve(screenshots, 'connect.png') });
    await page.getByRole('button', { name: 'Allow' }).click();
    const back = await cameBack();
    expect([back.searchParams.get('state'), back.hash]).toEqual(['a b&c', '#_']);
    const code = back.searchParams.get('code') ?? '';
    const answer = await fetch(`${sandbox.url}/oauth/access_token`, {
      method: 'POST', body: new URLSearchParams({ ...app, grant_type: 'authorization_code', redirect_uri: callback, code }),
    });
    const token = (await answer.json()) as { access_token: string; permissions: string[] };
    expect(token.permissions).toEqual(['instagram_business_basic', 'instagram_business_content_publish']);
    const me = await fetch(`${sandbox.url}/me?fields=user_id,username&access_token=${token.access_token}`);
    expect(await me.json()).toMatchObject({ user_id: account.user_id, username: 'meadow.studio' });
  });

  it('lets a person say no, on a phone', async () => {
    const { page } = await ask({ viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
    expect(await visit.overflow()).toBeLessThanOrEqual(0);
    expect(await visit.faintTexts()).toEqual([]);
    await page.screenshot({ path: resolve(screenshots, 'connect-phone.png'), fullPage: true });
    await page.getByRole('button', { name: 'Cancel' }).tap();
    const back = await cameBack();
    expect([back.searchParams.get('error'), back.searchParams.get('error_reason'), back.searchParams.get('state')]).toEqual(['access_denied', 'user_denied', 'a b&c']);
  });
});
