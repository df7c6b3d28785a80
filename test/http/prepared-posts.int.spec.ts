import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { TestSandbox } from '#testing/sandbox';
import { LiveApi } from './live-api.js';
import { PostsClient, type Shown } from './posts-client.js';

let api: LiveApi;
let host: LoopbackMediaHost;
let sandbox: TestSandbox;
let worker: { close(): Promise<void> };
let posts: PostsClient;
let jpeg: string;

beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(20, sandbox, { PUBLISH_PREPARE_MINUTES: '60' });
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

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const scheduled = (minutes = 30): Promise<Shown> => posts.make({ post: { body: randomUUID(), scheduled_at: inMinutes(minutes) }, media: [jpeg] });
const get = async (id: string): Promise<Shown> => (await posts.call('GET', `/api/posts/${id}`)).body;
const targetOf = async (id: string): Promise<Record<string, unknown>> => (await api.query<Record<string, unknown>>('SELECT * FROM platform_post WHERE post_id = $1', [id]))[0] ?? {};
const until = (id: string, step: string): Promise<void> => expect.poll(async () => (await targetOf(id))['step'], { timeout: 30_000 }).toBe(step);
/** Prepared, and let go of until its time. */
const untilPrepared = async (id: string): Promise<void> => {
  await until(id, 'ready');
  await expect.poll(async () => (await targetOf(id))['lease'], { timeout: 30_000 }).toBeNull();
};
const untilProcessed = (id: string): Promise<void> => expect.poll(async () => (await get(id)).status, { timeout: 30_000 }).toBe('processed');
const timeComes = (id: string): Promise<unknown> => api.query("UPDATE platform_post SET publish_at = now(), due_at = now() WHERE post_id = $1", [id]);
const containersCounted = async (): Promise<number> => (await api.query<{ count: number }>('SELECT count(*)::int FROM container_creation WHERE workspace_id = $1 AND profile_id = $2', [api.workspaceId, api.profileId]))[0]?.count ?? 0;
const eventsOf = async (id: string): Promise<string[]> => (await api.query<{ type: string }>('SELECT type FROM event WHERE post_id = $1 ORDER BY id', [id])).map(({ type }) => type);

async function atTheNetwork(caption: string): Promise<{ containers: number; posts: number }> {
  const { containers, media } = await sandbox.ledger(api.accountId);
  return { containers: containers.filter((container) => container.caption === caption).length, posts: media.filter((post) => post.caption === caption).length };
}

describe('a scheduled post', () => {
  it('is prepared ahead of its time without showing it, and published at its time from the same container', async () => {
    const { id, body } = await scheduled();
    await untilPrepared(id);
    const target = await targetOf(id);
    expect(target).toMatchObject({ status: 'pending', attempted_at: null, lease: null, attempts: 0 });
    expect(target['due_at']).toEqual(target['publish_at']);
    expect(await get(id)).toMatchObject({ status: 'scheduled', platforms: [{ status: 'pending', attempted_at: null, error: null }] });
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 0 });
    // Woken too early it goes nowhere.
    await api.query('UPDATE platform_post SET due_at = now() WHERE post_id = $1', [id]);
    await expect.poll(async () => (await targetOf(id))['due_at'], { timeout: 30_000 }).toEqual(target['publish_at']);
    expect((await atTheNetwork(body)).posts).toBe(0);
    await timeComes(id);
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'published', attempted_at: expect.any(String) }] });
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('that is edited when it is prepared goes out as it has become; both containers count', async () => {
    const { id, body } = await scheduled();
    await untilPrepared(id);
    const [first, counted] = [(await targetOf(id))['container_id'], await containersCounted()];
    const changed = randomUUID();
    expect(await posts.call('PATCH', `/api/posts/${id}`, { post: { body: changed } })).toMatchObject({ status: 200, body: { status: 'scheduled' } });
    await expect.poll(async () => (await targetOf(id))['container_id'], { timeout: 30_000 }).not.toBe(first);
    await untilPrepared(id);
    await timeComes(id);
    await untilProcessed(id);
    expect([await atTheNetwork(body), await atTheNetwork(changed)]).toEqual([{ containers: 1, posts: 0 }, { containers: 1, posts: 1 }]);
    expect(await containersCounted()).toBe(counted + 1);
  });

  it('that is edited while a worker is at it takes the row away from that worker', async () => {
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'delay', ms: 3_000 });
    const { id, body } = await scheduled();
    await until(id, 'creating');
    expect((await targetOf(id))['lease']).not.toBeNull();
    const changed = randomUUID();
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { body: changed } })).status).toBe(200);
    await expect.poll(async () => (await atTheNetwork(body)).containers, { timeout: 30_000 }).toBe(1);
    await untilPrepared(id);
    await timeComes(id);
    await untilProcessed(id);
    expect([await atTheNetwork(body), await atTheNetwork(changed)]).toEqual([{ containers: 1, posts: 0 }, { containers: 1, posts: 1 }]);
  });

  it('that is moved beyond its lead, or made a draft again, is prepared no more', async () => {
    const { id } = await scheduled();
    await untilPrepared(id);
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { scheduled_at: inMinutes(180) } })).status).toBe(200);
    expect(await targetOf(id)).toMatchObject({ step: 'waiting', container_id: null, lease: null });
    expect(Number((await targetOf(id))['due_at']) - Date.now()).toBeGreaterThan(100 * 60_000);
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { draft: true } })).body).toMatchObject({ status: 'draft' });
    expect(await targetOf(id)).toMatchObject({ due_at: null });
  });

  it('can be deleted when it is prepared, also while a worker is at it; its containers still count', async () => {
    const counted = await containersCounted();
    const { id, body } = await scheduled();
    await untilPrepared(id);
    expect(await posts.call('DELETE', `/api/posts/${id}`)).toMatchObject({ status: 200 });
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'delay', ms: 1_500 });
    const other = await scheduled();
    await until(other.id, 'creating');
    expect(await posts.call('DELETE', `/api/posts/${other.id}`)).toMatchObject({ status: 200 });
    await expect.poll(async () => (await atTheNetwork(other.body)).containers, { timeout: 30_000 }).toBe(1);
    expect(await containersCounted()).toBe(counted + 2);
    expect([(await atTheNetwork(body)).posts, (await atTheNetwork(other.body)).posts]).toEqual([0, 0]);
  });

  it('fails ahead of its time for what never passes, and is scheduled again by a retry', async () => {
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '36003/2207009' });
    const { id, body } = await scheduled();
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'failed', error_details: { platform_error_subcode: 2207009, postproxy_note: expect.stringContaining('ahead of its time') } }] });
    expect((await posts.call('POST', `/api/posts/${id}/retry`, {})).body).toMatchObject({ status: 'scheduled', platforms: [{ status: 'pending' }] });
    await untilPrepared(id);
    expect((await atTheNetwork(body)).posts).toBe(0);
  });

  it('uses up no retry before its time', async () => {
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '2' });
    const { id } = await scheduled();
    await expect.poll(async () => (await targetOf(id))['error'], { timeout: 30_000 }).not.toBeNull();
    expect(await targetOf(id)).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await get(id)).toMatchObject({ status: 'scheduled' });
    expect(await eventsOf(id)).toEqual(['post.created']);
  });
});

describe('POST /api/posts/:id/reconcile', () => {
  const reconcile = (id: string, body: object = {}): ReturnType<PostsClient['call']> => posts.call('POST', `/api/posts/${id}/reconcile`, body);
  async function published(): Promise<Shown> {
    const { id } = await posts.make({ post: { body: randomUUID() }, media: [jpeg] });
    await untilProcessed(id);
    return get(id);
  }
  const publishCalls = async (): Promise<number> => (await sandbox.ledger(api.accountId)).calls['POST /media_publish'] ?? 0;

  it('finds out what became of an unconfirmed target that was given up', async () => {
    const { id, platforms: [before] } = await published();
    await api.query("UPDATE platform_post SET status = 'unconfirmed', remote_id = NULL, permalink = NULL, published_at = NULL WHERE post_id = $1", [id]);
    const calls = await publishCalls();
    expect(await reconcile(id)).toMatchObject({ status: 200, body: { status: 'processing', platforms: [{ status: 'unconfirmed' }] } });
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'published', platform_id: before?.['platform_id'] }] });
    expect(await publishCalls()).toBe(calls);
  });

  it('never sends again: one that was not carried out has failed, and a retry sends it once', async () => {
    const { id, body } = await scheduled();
    await untilPrepared(id);
    await api.query("UPDATE platform_post SET status = 'unconfirmed', step = 'done', due_at = NULL, attempted_at = now(), publish_at = now(), publish_started_at = now() - interval '2 days', publish_called_at = now() - interval '2 days' WHERE post_id = $1", [id]);
    await api.query("UPDATE post SET status = 'processed' WHERE id = $1", [id]);
    expect((await reconcile(id)).status).toBe(200);
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'failed', error_details: { remedy: expect.stringContaining('Retry') } }] });
    expect((await atTheNetwork(body)).posts).toBe(0);
    expect((await posts.call('POST', `/api/posts/${id}/retry`, {})).status).toBe(200);
    await untilProcessed(id);
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('finds the id of a post that is published without one, and leaves the post at its end', async () => {
    const { id, platforms: [before] } = await published();
    await api.query('UPDATE platform_post SET remote_id = NULL, permalink = NULL WHERE post_id = $1', [id]);
    expect(await reconcile(id)).toMatchObject({ status: 200, body: { status: 'processed' } });
    await expect.poll(async () => (await targetOf(id))['permalink'], { timeout: 30_000 }).not.toBeNull();
    expect(await get(id)).toMatchObject({ status: 'processed', platforms: [{ platform_id: before?.['platform_id'] }] });
    expect(await eventsOf(id)).toEqual(['post.created', 'platform_post.published', 'post.processed', 'post.updated', 'platform_post.identified']);
  });

  it('is refused when nothing is in doubt, and for a profile that the post does not go to', async () => {
    const { id } = await published();
    expect(await reconcile(id)).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
    expect(await reconcile(id, { profile_id: 'prof_nobody' })).toMatchObject({ status: 422, body: { errors: ['Profile not found for prof_nobody'] } });
    await api.query("UPDATE platform_post SET status = 'unconfirmed' WHERE post_id = $1", [id]);
    await api.query('UPDATE profile SET removed_at = now() WHERE id = $1', [api.profileId]);
    expect(await reconcile(id)).toMatchObject({ status: 409 });
    await api.query('UPDATE profile SET removed_at = NULL WHERE id = $1', [api.profileId]);
  });
});
