import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { days } from '#kernel/clock';
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
    await sandbox.settings(account.user_id, { processing_ms: 0, permalink_delay_ms: 0 });
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

  it('stays connected, and comes back: subscribe, refresh, revoke, reconnect, expire', { timeout: 240_000 }, async () => {
    const { api, sandbox, database } = platform;
    const account = await sandbox.createAccount({ username: `life_${randomBytes(5).toString('hex')}` });
    await sandbox.settings(account.user_id, { processing_ms: 0, permalink_delay_ms: 0 });
    const { body: { id: groupId } } = await api.call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: 'Life' } });
    const connect = async (): Promise<string | null> => {
      const begun = await api.call<{ url: string }>('POST', `/api/profile_groups/${groupId}/initialize_connection`, { platform: 'instagram', redirect_url: 'http://localhost:5000/done' });
      return (await fetch(await sandbox.decide(begun.body.url, { account: account.user_id }), { redirect: 'manual' })).headers.get('location');
    };
    const picture = host.serve('/life.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
    const publish = async (body: string): Promise<string | undefined> => {
      const made = await api.call<PostView>('POST', `/api/posts?profile_group_id=${groupId}`, { post: { body }, profiles: ['instagram'], media: [picture] });
      const { platforms: [target] } = await api.waitForPost(made.body.id, (view) => view.status === 'processed' || view.platforms[0]?.hold !== null);
      return target?.hold?.reason ?? target?.status;
    };
    const captions = async (): Promise<(string | null)[]> => (await sandbox.ledger(account.user_id)).media.map(({ caption }) => caption);
    const profiles = async () => (await api.call<{ data: { id: string; status: string }[] }>('GET', `/api/profiles?profile_group_id=${groupId}`)).body.data;
    const health = async (id: string) => (await api.call<{ status: string; token: { days_left: number | null }; webhooks: { state: string }; problems: { code: string }[] }>('GET', `/api/profiles/${id}/health?profile_group_id=${groupId}`)).body;

    expect(await connect()).toBe('http://localhost:5000/done');
    const id = (await profiles())[0]?.id ?? '';
    await expect.poll(async () => (await health(id)).webhooks.state, { timeout: 20_000 }).toBe('subscribed');
    expect((await sandbox.subscriptions(account.user_id))[0]?.fields).toContain('comments');

    // Fifty days go by: on the sandbox by its clock, in our row by what it says of its token.
    await sandbox.advanceClock(days(50));
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    await sql.query("UPDATE profile SET token_issued_at = token_issued_at - interval '50 days', token_expires_at = token_expires_at - interval '50 days' WHERE id = $1", [id]).finally(() => sql.end());
    await expect.poll(async () => (await health(id)).token.days_left, { timeout: 60_000 }).toBeGreaterThan(50);
    await sandbox.advanceClock(days(20));
    expect(await publish('After the first token has died')).toBe('published');

    await sandbox.revoke(account.user_id);
    expect(await publish('After the person took the access away')).toBe('profile_disconnected');
    await expect.poll(async () => (await profiles())[0]?.status).toBe('expired');

    expect(await connect()).toBe('http://localhost:5000/done');
    expect(await profiles()).toMatchObject([{ id, status: 'active' }]);
    await expect.poll(captions, { timeout: 30_000 }).toEqual(['After the first token has died', 'After the person took the access away']);
    expect(await publish('Connected again')).toBe('published');

    await sandbox.settings(account.user_id, { expired: true });
    expect(await publish('After the token ran out')).toBe('profile_disconnected');
    await expect.poll(async () => (await health(id)).problems.map(({ code }) => code)).toEqual(['disconnected']);
    expect(await captions()).toEqual(['After the first token has died', 'After the person took the access away', 'Connected again']);
  });
});
