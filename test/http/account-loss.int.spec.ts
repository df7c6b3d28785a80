import 'reflect-metadata';
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { TestSandbox } from '#testing/sandbox';
import { LiveApi } from './live-api.js';
import { PostsClient, type Shown } from './posts-client.js';

const appSecret = '5a6e1f0c94b74d1c8d2f3e4a5b6c7d8e';

let api: LiveApi;
let host: LoopbackMediaHost;
let sandbox: TestSandbox;
let worker: { close(): Promise<void> };
let posts: PostsClient;
let jpeg: string;

beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(20, sandbox, { PUBLISH_SPACING_SECONDS: '0' });
  posts = new PostsClient(api);
  jpeg = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
  await sandbox.settings(api.accountId, { processing_ms: 0, permalink_delay_ms: 0 });
  worker = await api.startWorker();
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await Promise.all([host?.stop(), sandbox?.close()]);
});
afterEach(async () => sandbox.clearFaults());

const make = (scheduledAt: Date | null = null): Promise<Shown> => posts.make({ post: { body: randomUUID(), ...(scheduledAt && { scheduled_at: scheduledAt.toISOString() }) }, media: [jpeg] });
const get = async (id: string): Promise<Shown> => (await posts.call('GET', `/api/posts/${id}`)).body;
const holdOf = async (id: string): Promise<string | null> => (await api.query<{ hold: string | null }>('SELECT hold FROM platform_post WHERE post_id = $1', [id]))[0]?.hold ?? null;
const untilHeld = (id: string): Promise<void> => expect.poll(() => holdOf(id), { timeout: 30_000 }).not.toBeNull();
const eventsOf = async (id: string): Promise<string[]> => (await api.query<{ type: string }>('SELECT type FROM event WHERE post_id = $1 ORDER BY id', [id])).map(({ type }) => type);
const profile = async (): Promise<unknown> => (await posts.call('GET', `/api/profiles/${api.profileId}`)).body;
const published = async (caption: string): Promise<number> => (await sandbox.ledger(api.accountId)).media.filter((post) => post.caption === caption).length;

describe('a checkpoint that a post meets while it is published', () => {
  it.each(['190/459', '190/490'])('%s: holds the post, tells the remedy, and is tried again when a person releases it', async (preset) => {
    const other = await make(new Date(Date.now() + 3_600_000));
    await sandbox.fault({ method: 'POST', path: '/*/media', times: 2 }, { kind: 'error', preset });
    const { id, body } = await make();
    await untilHeld(id);
    expect(await get(id)).toMatchObject({ status: 'pending', platforms: [{ status: 'pending', hold: { reason: 'account_blocked' }, error_details: { platform_error_code: 190, platform_error_subcode: Number(preset.slice(4)) } }] });
    expect(await profile()).toMatchObject({ status: 'inactive', status_reason: 'account_blocked' });
    expect((await posts.call('GET', `/api/profiles/${api.profileId}/health`)).body).toMatchObject({ status: 'inactive', problems: [{ code: 'account_blocked', remedy: expect.stringContaining('Log in to the network') as string }] });
    expect(await holdOf(other.id)).toBe('account_blocked');

    // Too early: the network still refuses, and all is held again.
    expect((await posts.call('POST', `/api/posts/${id}/release`, {})).status).toBe(200);
    await expect.poll(async () => (await eventsOf(id)).filter((type) => type === 'platform_post.held'), { timeout: 30_000 }).toHaveLength(2);
    expect(await profile()).toMatchObject({ status: 'inactive', status_reason: 'account_blocked' });
    expect([await holdOf(id), await holdOf(other.id)]).toEqual(['account_blocked', 'account_blocked']);

    expect((await posts.call('POST', `/api/posts/${id}/release`, {})).status).toBe(200);
    await expect.poll(async () => (await get(id)).status, { timeout: 30_000 }).toBe('processed');
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'published', hold: null, error: null }] });
    expect(await profile()).toMatchObject({ status: 'active', status_reason: null });
    expect([await published(body), await holdOf(other.id)]).toEqual([1, null]);
    await posts.call('DELETE', `/api/posts/${other.id}`);
  });

  it('a dead token is told apart from it: the account must be connected again', async () => {
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '190/460' });
    const { id } = await make();
    await untilHeld(id);
    expect(await holdOf(id)).toBe('profile_disconnected');
    expect(await profile()).toMatchObject({ status: 'expired' });
    await posts.call('DELETE', `/api/posts/${id}`);
    await api.query("UPDATE profile SET status = 'active' WHERE id = $1", [api.profileId]);
  });
});

describe('a person has their data deleted', () => {
  // Last: the profile goes.
  it('while posts are held for the account: those end as failed, and nothing goes out', async () => {
    const { id, body } = await make(new Date(Date.now() + 3_600_000));
    await api.query("UPDATE platform_post SET hold = 'profile_disconnected', held_at = now(), due_at = NULL, publish_at = now() WHERE post_id = $1", [id]);
    await api.query("UPDATE profile SET status = 'expired' WHERE id = $1", [api.profileId]);
    const [{ app_scoped_id: user } = { app_scoped_id: '' }] = await api.query<{ app_scoped_id: string }>('SELECT app_scoped_id FROM profile WHERE id = $1', [api.profileId]);
    const payload = Buffer.from(JSON.stringify({ algorithm: 'HMAC-SHA256', issued_at: Math.floor(Date.now() / 1000), user_id: user })).toString('base64url');
    const signed = `${createHmac('sha256', appSecret).update(payload).digest('base64url')}.${payload}`;
    const answer = await fetch(`${await api.url()}/api/instagram/data_deletion`, { method: 'POST', body: new URLSearchParams({ signed_request: signed }) });
    expect(answer.status).toBe(200);
    await expect.poll(async () => (await get(id)).status, { timeout: 30_000 }).toBe('processed');
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'failed', hold: null, platform_id: null }] });
    expect(await published(body)).toBe(0);
    expect((await posts.call('GET', '/api/profiles')).body.data).toEqual([]);
    expect((await posts.call('POST', `/api/posts/${id}/release`, {})).status).toBe(409);
  });
});
