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

beforeAll(async () => {
  host = await LoopbackMediaHost.start();
  api = await LiveApi.start(10);
  posts = new PostsClient(api);
  jpeg = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await host?.stop();
});

async function connectAccount(groupId: string): Promise<string> {
  const id = `prof_${randomUUID()}`;
  await api.query(
    `INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
     VALUES ($1, $2, $3, 'instagram', $2, $2, 'u', 'n', 'sealed', now(), now())`, [api.workspaceId, id, groupId]);
  return id;
}

async function makeGroup(): Promise<{ id: string; profileId: string }> {
  const { body } = await posts.call('POST', '/api/profile_groups', { name: randomUUID() });
  return { id: body.id, profileId: await connectAccount(body.id) };
}

const draftIn = (groupId: string): ReturnType<PostsClient['call']> => posts.call('POST', `/api/posts?profile_group_id=${groupId}`, { profiles: ['instagram'], post: { body: randomUUID(), draft: true }, media: [jpeg] });

describe('a post', () => {
  it.each([false, true])('goes to the account that was connected a moment ago in the place of another (with an idempotency key: %s)', async (isRepeatable) => {
    const group = await makeGroup();
    await draftIn(group.id);
    expect((await posts.call('DELETE', `/api/profiles/${group.profileId}`)).status).toBe(200);
    const profileId = await connectAccount(group.id);
    const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json', ...(isRepeatable && { 'idempotency-key': randomUUID() }) };
    const body = JSON.stringify({ profiles: ['instagram'], post: { body: 'x', draft: true }, media: [jpeg] });
    const answer = await api.send({ method: 'POST', operationId: null, url: `/api/posts?profile_group_id=${group.id}`, headers, body });
    expect({ status: answer.status, body: JSON.parse(answer.text) as unknown }).toMatchObject({ status: 201, body: { platforms: [{ profile_id: profileId }] } });
  });

  it('and the removal of its group take turns, whoever is first', async () => {
    const group = await makeGroup();
    // Holds every new post up after its profiles are locked, as a slow disk may.
    const gate = Math.floor(Math.random() * 1e9);
    await api.query(`CREATE FUNCTION held_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${gate}); RETURN NEW; END $$`);
    await api.query('CREATE TRIGGER held_up BEFORE INSERT ON post FOR EACH ROW EXECUTE FUNCTION held_up()');
    const letGo = await api.hold('SELECT pg_advisory_xact_lock($1)', [gate]);
    const creating = draftIn(group.id);
    await expect.poll(() => api.countWaiting()).toBe(1);
    const removing = posts.call('DELETE', `/api/profile_groups/${group.id}`);
    await expect.poll(() => api.countWaiting()).toBe(2);
    await letGo();
    expect([(await creating).status, (await removing).status]).toEqual([201, 200]);
    await api.query('DROP TRIGGER held_up ON post');
  });

  it('that is being retried or deleted and the removal of its group take turns', async () => {
    for (const change of ['retry', 'delete'] as const) {
      const group = await makeGroup();
      const { body: { id } } = await draftIn(group.id);
      await api.query("UPDATE platform_post SET status = 'failed', step = 'done', due_at = NULL WHERE post_id = $1", [id]);
      await api.query("UPDATE post SET status = 'processed' WHERE id = $1", [id]);
      const letGo = await api.hold('SELECT 1 FROM post WHERE id = $1 FOR UPDATE', [id]);
      const changing = change === 'retry' ? posts.call('POST', `/api/posts/${id}/retry`, {}) : posts.call('DELETE', `/api/posts/${id}`);
      await expect.poll(() => api.countWaiting()).toBe(1);
      const removing = posts.call('DELETE', `/api/profile_groups/${group.id}`);
      await expect.poll(() => api.countWaiting()).toBe(2);
      await letGo();
      // A retried post is to go out again, which keeps its group.
      expect([(await changing).status, (await removing).status], change).toEqual(change === 'retry' ? [200, 409] : [200, 200]);
    }
  });
});
