import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { LiveApi } from './live-api.js';
import { PostsClient } from './posts-client.js';

let api: LiveApi;
let host: LoopbackMediaHost;
let posts: PostsClient;
let jpeg: string;
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

beforeAll(async () => {
  host = await LoopbackMediaHost.start();
  api = await LiveApi.start(20);
  posts = new PostsClient(api);
  jpeg = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await host?.stop();
});

/** A post whose time was an hour ago, or is to come, held. */
async function held(hold: string, minutes: number): Promise<string> {
  const { id } = await posts.make({ post: { body: randomUUID(), scheduled_at: inMinutes(60) }, media: [jpeg] });
  await api.query('UPDATE platform_post SET hold = $2, held_at = now(), due_at = NULL, publish_at = $3 WHERE post_id = $1', [id, hold, inMinutes(minutes)]);
  await api.query("UPDATE post SET scheduled_at = $2, status = 'pending' WHERE id = $1", [id, inMinutes(minutes)]);
  return id;
}
interface Row { hold: string | null; due_at: Date | null; publish_at: Date | null; timing_settled_at: Date | null }
const rowOf = async (id: string): Promise<Row | undefined> => (await api.query<Row>('SELECT hold, due_at, publish_at, timing_settled_at FROM platform_post WHERE post_id = $1', [id]))[0];
const profile = async (): Promise<Record<string, unknown> | undefined> => (await api.query<Record<string, unknown>>('SELECT status, status_reason FROM profile WHERE id = $1', [api.profileId]))[0];
const eventsOf = async (id: string): Promise<string[]> => (await api.query<{ type: string }>('SELECT type FROM event WHERE post_id = $1 ORDER BY id', [id])).map(({ type }) => type);

describe('POST /api/posts/:id/release', () => {
  it('lets a late post go now, and no policy asks again', async () => {
    const id = await held('overdue', -60);
    expect(await posts.call('POST', `/api/posts/${id}/release`, {})).toMatchObject({ status: 200, body: { id, platforms: [{ status: 'pending', hold: null }] } });
    const row = await rowOf(id);
    expect(row).toMatchObject({ hold: null, timing_settled_at: expect.any(Date) as Date });
    expect(Math.abs((row?.due_at?.getTime() ?? 0) - Date.now())).toBeLessThan(20_000);
    expect((await eventsOf(id)).at(-1)).toBe('platform_post.released');
    expect(await posts.call('POST', `/api/posts/${id}/release`, {})).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  });

  it('lets a post whose time is to come go at its time', async () => {
    const id = await held('profile_disconnected', 30);
    await posts.call('POST', `/api/posts/${id}/release`, { profile_id: api.profileId });
    const row = await rowOf(id);
    expect(row).toMatchObject({ hold: null, timing_settled_at: null });
    // So that it is prepared like one that was never held.
    expect(row?.due_at?.getTime()).toBe((row?.publish_at?.getTime() ?? 0) - 5 * 60_000);
    expect(await posts.call('POST', `/api/posts/${id}/release`, { profile_id: 'prof_other' })).toMatchObject({ status: 422 });
  });

  it('of a blocked account tries the profile again, with all that was held for it', async () => {
    const [one, other, late] = [await held('account_blocked', -1), await held('account_blocked', 30), await held('overdue', -60)];
    await api.query("UPDATE profile SET status = 'inactive', status_reason = 'account_blocked' WHERE id = $1", [api.profileId]);
    expect(await posts.call('GET', `/api/profiles/${api.profileId}/health`)).toMatchObject({ body: { status: 'inactive', problems: [{ code: 'account_blocked' }] } });
    expect(await posts.call('GET', `/api/profiles/${api.profileId}`)).toMatchObject({ body: { status: 'inactive', status_reason: 'account_blocked' } });
    expect(await posts.call('POST', `/api/posts/${one}/release`, {})).toMatchObject({ status: 200 });
    expect(await profile()).toEqual({ status: 'active', status_reason: null });
    expect(await Promise.all([one, other, late].map(async (id) => (await rowOf(id))?.hold))).toEqual([null, null, 'overdue']);
    const waiting = await rowOf(other);
    expect(waiting?.due_at?.getTime()).toBe((waiting?.publish_at?.getTime() ?? 0) - 5 * 60_000);
  });
});

describe('a held post', () => {
  it('is put off by a new time, which ends a hold for being late', async () => {
    const id = await held('overdue', -60);
    expect(await posts.call('PATCH', `/api/posts/${id}`, { post: { body: 'Other words' } })).toMatchObject({ status: 200, body: { body: 'Other words', platforms: [{ hold: { reason: 'overdue' } }] } });
    expect(await rowOf(id)).toMatchObject({ hold: 'overdue', due_at: null, publish_at: expect.any(Date) as Date });
    const changed = await posts.call('PATCH', `/api/posts/${id}`, { post: { scheduled_at: inMinutes(30) } });
    expect(changed).toMatchObject({ status: 200, body: { status: 'scheduled', platforms: [{ hold: null }] } });
    const row = await rowOf(id);
    expect(row?.hold).toBeNull();
    expect(row?.due_at?.getTime()).toBe((row?.publish_at?.getTime() ?? 0) - 5 * 60_000);
  });

  it('stays held for its profile at a new time', async () => {
    const id = await held('profile_disconnected', -60);
    expect(await posts.call('PATCH', `/api/posts/${id}`, { post: { scheduled_at: inMinutes(30) } })).toMatchObject({ status: 200, body: { platforms: [{ hold: { reason: 'profile_disconnected' } }] } });
    const row = await rowOf(id);
    expect(row).toMatchObject({ hold: 'profile_disconnected', due_at: null });
    expect(row?.publish_at?.getTime()).toBeGreaterThan(Date.now());
  });

  it('can be made a draft, and deleted; its profile stays until then', async () => {
    const [drafted, deleted] = [await held('profile_disconnected', -60), await held('account_blocked', -60)];
    expect(await posts.call('PATCH', `/api/posts/${drafted}`, { post: { draft: true } })).toMatchObject({ status: 200, body: { draft: true, platforms: [{ hold: null }] } });
    expect(await rowOf(drafted)).toMatchObject({ hold: null, due_at: null });
    expect(await posts.call('DELETE', `/api/profiles/${api.profileId}`)).toMatchObject({ status: 409 });
    expect(await posts.call('DELETE', `/api/posts/${deleted}`)).toMatchObject({ status: 200 });
  });
});

it('the workspace has its own policy for late posts, where it wants one', async () => {
  const read = async (): Promise<unknown> => (await posts.call('GET', '/api/workspace/settings')).body;
  const installation = { overdue_policy: 'publish_late', overdue_minutes: 60 };
  expect(await read()).toEqual({ overdue_policy: null, overdue_minutes: null, effective: installation });
  await posts.call('PATCH', '/api/workspace/settings', { overdue_policy: 'skip' });
  await posts.call('PATCH', '/api/workspace/settings', { overdue_minutes: 120 });
  expect(await read()).toEqual({ overdue_policy: 'skip', overdue_minutes: 120, effective: { overdue_policy: 'skip', overdue_minutes: 120 } });
  await posts.call('PATCH', '/api/workspace/settings', { overdue_policy: null, overdue_minutes: null });
  expect(await read()).toEqual({ overdue_policy: null, overdue_minutes: null, effective: installation });
  expect(await posts.call('PATCH', '/api/workspace/settings', { overdue_policy: 'never' })).toMatchObject({ status: 422 });
});
