import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import type { PostView } from './platform/api-client.js';
import { Platform } from './platform/platform.js';

describe('a brand that connects its account', () => {
  let platform: Platform;
  let host: LoopbackMediaHost;

  beforeAll(async () => {
    [platform, host] = await Promise.all([Platform.start(), LoopbackMediaHost.start()]);
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await host?.stop();
  });

  it('publishes with it, without any setting but the sandbox\'s address', async () => {
    const { api, sandbox } = platform;
    const account = await sandbox.createAccount({ username: `shop_${randomBytes(5).toString('hex')}` });
    await sandbox.settings(account.user_id, { processing_ms: 100 });
    const { body: group } = await api.call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: 'Shop' } });
    const { body: begun } = await api.call<{ url: string }>('POST', `/api/profile_groups/${group.id}/initialize_connection`, {
      platform: 'instagram', redirect_url: 'http://localhost:5000/done',
    });
    const back = await fetch(await sandbox.decide(begun.url, { account: account.user_id }), { redirect: 'manual' });
    expect([back.status, back.headers.get('location')]).toEqual([302, 'http://localhost:5000/done']);
    const picture = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
    const made = await api.call<PostView>('POST', `/api/posts?profile_group_id=${group.id}`, { post: { body: 'Connected' }, profiles: ['instagram'], media: [picture] });
    expect(made.status).toBe(201);
    await api.waitUntilProcessed(made.body.id);
    expect((await sandbox.ledger(account.user_id)).media).toMatchObject([{ caption: 'Connected' }]);
  });
});
