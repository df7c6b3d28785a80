import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

// Longer than the five minutes in which a post is not moved any more: what is prepared can still change its slot.
beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(20, sandbox, { PUBLISH_PREPARE_MINUTES: '60', PUBLISH_SPACING_SECONDS: '0' });
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

interface Target {
  readonly step: string;
  readonly container_id: string | null;
  readonly lease: string | null;
  readonly publish_at: Date | null;
  readonly due_at: Date | null;
  readonly hold: string | null;
}

const targetOf = async (id: string): Promise<Target | undefined> => (await api.query<Target>('SELECT step, container_id, lease, publish_at, due_at, hold FROM platform_post WHERE post_id = $1', [id]))[0];
const untilPrepared = (id: string): Promise<void> => expect.poll(async () => targetOf(id), { timeout: 30_000 }).toMatchObject({ step: 'ready', lease: null });

/** A slot so many minutes ahead, as the clocks of UTC show it. */
function slotIn(minutes: number): { readonly day: number; readonly time: string } {
  const at = new Date(Math.ceil((Date.now() + minutes * 60_000) / 60_000) * 60_000);
  return { day: at.getUTCDay(), time: at.toISOString().slice(11, 16) };
}

async function makeQueue(...minutes: readonly number[]): Promise<string> {
  const made = await posts.call('POST', '/api/post_queues', { post_queue: { name: randomUUID(), queue_timeslots_attributes: minutes.map(slotIn) } });
  expect(made.status).toBe(201);
  return made.body.id;
}

const change = async (queueId: string, fields: object): Promise<void> => expect(await posts.call('PATCH', `/api/post_queues/${queueId}`, { post_queue: fields })).toMatchObject({ status: 200 });
const enqueue = (queueId: string, more: object = {}): Promise<Shown> => posts.make({ post: { body: randomUUID() }, media: [jpeg], queue_id: queueId, ...more });
const scheduledAt = async (id: string): Promise<Date | null | undefined> => (await api.query<{ scheduled_at: Date | null }>('SELECT scheduled_at FROM post WHERE id = $1', [id]))[0]?.scheduled_at;

async function atTheNetwork(caption: string): Promise<{ containers: number; posts: number }> {
  const { containers, media } = await sandbox.ledger(api.accountId);
  return { containers: containers.filter((container) => container.caption === caption).length, posts: media.filter((post) => post.caption === caption).length };
}

describe('a post of a queue that is prepared', () => {
  it('is stopped by a pause, and prepared anew when the queue goes on', async () => {
    const queue = await makeQueue(20);
    const { id, body } = await enqueue(queue);
    await untilPrepared(id);
    await change(queue, { enabled: false });
    expect(await targetOf(id)).toEqual({ step: 'waiting', container_id: null, lease: null, publish_at: null, due_at: null, hold: null });
    expect(await posts.call('GET', `/api/posts/${id}`)).toMatchObject({ body: { status: 'scheduled', scheduled_at: null } });
    await change(queue, { enabled: true });
    await untilPrepared(id);
    expect(await atTheNetwork(body)).toEqual({ containers: 2, posts: 0 });
    await api.query('UPDATE platform_post SET publish_at = now(), due_at = now() WHERE post_id = $1', [id]);
    await expect.poll(async () => atTheNetwork(body), { timeout: 30_000 }).toEqual({ containers: 2, posts: 1 });
  });

  it('is stopped by a pause also while a worker is at it', async () => {
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'delay', ms: 2_000 });
    const queue = await makeQueue(20);
    const { id, body } = await enqueue(queue);
    await expect.poll(async () => (await targetOf(id))?.step, { timeout: 30_000 }).toBe('creating');
    await change(queue, { enabled: false });
    await expect.poll(async () => (await atTheNetwork(body)).containers, { timeout: 30_000 }).toBe(1);
    await expect.poll(async () => (await api.query('SELECT 1 FROM publish_attempt a JOIN platform_post t ON t.id = a.platform_post_id WHERE t.post_id = $1 AND a.finished_at IS NULL', [id])).length, { timeout: 30_000 }).toBe(0);
    expect(await targetOf(id)).toEqual({ step: 'waiting', container_id: null, lease: null, publish_at: null, due_at: null, hold: null });
  });

  it('gives its slot to one of a higher priority', async () => {
    const queue = await makeQueue(20, 40);
    const { id } = await enqueue(queue);
    await untilPrepared(id);
    const [first, slot] = [(await targetOf(id))?.container_id, await scheduledAt(id)];
    const urgent = await enqueue(queue, { queue_priority: 'high' });
    expect(await scheduledAt(urgent.id)).toEqual(slot);
    expect(await scheduledAt(id)).not.toEqual(slot);
    await expect.poll(async () => (await targetOf(id))?.container_id, { timeout: 30_000 }).not.toBe(first);
    await untilPrepared(id);
    const target = await targetOf(id);
    expect(target?.due_at).toEqual(target?.publish_at);
    expect(target?.publish_at).toEqual(await scheduledAt(id));
  });
});

it('a profile stays while a post of it waits in a queue that is paused', async () => {
  const queue = await makeQueue(120);
  const profileId = await posts.anotherProfile();
  const { id } = await enqueue(queue, { profiles: [profileId] });
  await change(queue, { enabled: false });
  expect(await posts.call('DELETE', `/api/profiles/${profileId}`)).toMatchObject({ status: 409 });
  expect(await posts.call('DELETE', `/api/posts/${id}`)).toMatchObject({ status: 200 });
  expect(await posts.call('DELETE', `/api/profiles/${profileId}`)).toMatchObject({ status: 200 });
});

describe('a held post of a queue that is paused', () => {
  async function heldInPause(): Promise<{ queue: string; id: string; body: string }> {
    const queue = await makeQueue(120);
    const { id, body } = await enqueue(queue);
    await api.query("UPDATE platform_post SET hold = 'account_blocked', held_at = now(), due_at = NULL WHERE post_id = $1", [id]);
    await change(queue, { enabled: false });
    return { queue, id, body };
  }
  const release = (id: string): ReturnType<PostsClient['call']> => posts.call('POST', `/api/posts/${id}/release`, {});

  it('goes on waiting in it when it is released, and gets its slot with the others', async () => {
    const { queue, id } = await heldInPause();
    expect(await release(id)).toMatchObject({ status: 200 });
    expect(await targetOf(id)).toMatchObject({ hold: null, publish_at: null, due_at: null });
    await change(queue, { enabled: true });
    expect((await targetOf(id))?.publish_at?.getTime()).toBeGreaterThan(Date.now() + 100 * 60_000);
  });

  it('goes on waiting in it when its account is back', async () => {
    const [{ id: word }, { id }] = [await heldInPause(), await heldInPause()];
    await api.query("UPDATE profile SET status = 'inactive', status_reason = 'account_blocked' WHERE id = $1", [api.profileId]);
    expect(await release(word)).toMatchObject({ status: 200 });
    expect(await targetOf(id)).toMatchObject({ hold: null, publish_at: null, due_at: null });
  });

  it('loses its time when it comes from elsewhere', async () => {
    const { queue } = await heldInPause();
    const { id } = await posts.make({ post: { body: randomUUID(), scheduled_at: new Date(Date.now() + 7_200_000).toISOString() }, media: [jpeg] });
    await api.query("UPDATE platform_post SET hold = 'account_blocked', held_at = now(), due_at = NULL WHERE post_id = $1", [id]);
    expect(await posts.call('PATCH', `/api/posts/${id}`, { queue_id: queue })).toMatchObject({ status: 200, body: { scheduled_at: null } });
    expect(await targetOf(id)).toMatchObject({ hold: 'account_blocked', publish_at: null, due_at: null });
  });

  it('is a draft that nothing sends when the queue is deleted', async () => {
    const { queue, id } = await heldInPause();
    expect(await posts.call('DELETE', `/api/post_queues/${queue}`)).toMatchObject({ status: 200 });
    expect(await posts.call('GET', `/api/posts/${id}`)).toMatchObject({ body: { draft: true, platforms: [{ hold: null }] } });
    expect(await release(id)).toMatchObject({ status: 409 });
    expect(await targetOf(id)).toMatchObject({ hold: null, due_at: null });
  });
});
