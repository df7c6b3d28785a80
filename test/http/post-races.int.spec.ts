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
let picture: Buffer;
let jpeg: string;

beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(50, sandbox);
  posts = new PostsClient(api);
  picture = await makeJpeg({ width: 640, height: 640 });
  jpeg = host.serve('/a.jpg', picture, 'image/jpeg');
  await sandbox.settings(api.accountId, { processing_ms: 0, permalink_delay_ms: 0 });
  worker = await api.startWorker();
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await Promise.all([host?.stop(), sandbox?.close()]);
});

type Answer = Awaited<ReturnType<PostsClient['call']>>;

const draft = (): Promise<Shown> => posts.make({ post: { body: randomUUID(), draft: true }, media: [jpeg] });
const scheduled = (): Promise<Shown> => posts.make({ post: { body: randomUUID(), scheduled_at: new Date(Date.now() + 3_600_000).toISOString() }, media: [jpeg] });
const get = async (id: string): Promise<Shown> => (await posts.call('GET', `/api/posts/${id}`)).body;
const edit = (id: string, change: object): Promise<Answer> => posts.call('PATCH', `/api/posts/${id}`, change);
const publish = (id: string): Promise<Answer> => posts.call('POST', `/api/posts/${id}/publish`);
const retry = (id: string): Promise<Answer> => posts.call('POST', `/api/posts/${id}/retry`, {});
const remove = (id: string): Promise<Answer> => posts.call('DELETE', `/api/posts/${id}`);
const conflict = { status: 409, body: { code: 'state_conflict' } };

const untilProcessed = (id: string): Promise<void> => expect.poll(async () => (await get(id)).status, { timeout: 30_000 }).toBe('processed');
const waiting = (count: number): Promise<void> => expect.poll(() => api.countWaiting(), { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
const holdTargets = (id: string): Promise<() => Promise<void>> => api.hold('SELECT 1 FROM platform_post WHERE post_id = $1 FOR UPDATE', [id]);
const statusesOf = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort();

/** Containers and posts at the network with this caption. */
async function atTheNetwork(caption: string): Promise<{ containers: number; posts: number }> {
  const { containers, media } = await sandbox.ledger(api.accountId);
  return { containers: containers.filter((container) => container.caption === caption).length, posts: media.filter((post) => post.caption === caption).length };
}

/** A later post has gone out, so the worker has looked at everything that was due before. */
async function untilTheWorkerHasBeenRound(): Promise<void> {
  const { id } = await posts.make({ post: { body: randomUUID() }, media: [jpeg] });
  await untilProcessed(id);
}

/** Time has come for a scheduled post, in a transaction that holds its target: whoever waits for it goes first when that ends. */
const holdDue = (id: string): Promise<() => Promise<void>> => api.hold("UPDATE platform_post SET due_at = now() - interval '1 second', publish_at = now() - interval '1 second' WHERE post_id = $1", [id]);

describe('editing against publishing', () => {
  it('loses when the worker begins while the edit fetches its media: the post goes out as it was', async () => {
    const { id, body } = await scheduled();
    let goOn = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (goOn = resolve));
    const slow = host.on(`/${id}.jpg`, (_request, response) => void hanging.then(() => response.setHeader('content-type', 'image/jpeg').end(picture)));
    const editing = edit(id, { post: { body: 'never' }, media: [slow] });
    await expect.poll(() => host.requests.some((line) => line.endsWith(`/${id}.jpg`))).toBe(true);
    await api.query("UPDATE platform_post SET due_at = now() - interval '1 second', publish_at = now() - interval '1 second' WHERE post_id = $1", [id]);
    await expect.poll(async () => (await get(id)).status, { timeout: 30_000 }).toMatch(/^process/);
    goOn();
    expect(await editing).toMatchObject(conflict);
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ body, platforms: [{ status: 'published' }], media: [{ source_url: jpeg }] });
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('wins when it has the row before the worker: the post is a draft again and does not go out', async () => {
    const { id, body } = await scheduled();
    const letGo = await holdDue(id);
    const editing = edit(id, { post: { draft: true } });
    await waiting(1);
    await letGo();
    expect(await editing).toMatchObject({ status: 200, body: { status: 'draft' } });
    await untilTheWorkerHasBeenRound();
    expect(await atTheNetwork(body)).toEqual({ containers: 0, posts: 0 });
    expect(await get(id)).toMatchObject({ status: 'draft', platforms: [{ status: 'pending', attempted_at: null }] });
  });

  it('has one winner however they meet, and what goes out is what is stored', async () => {
    const rounds: { readonly id: string; readonly answer: Answer; readonly before: string; readonly changed: string }[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { id, body: before } = await scheduled();
      const changed = randomUUID();
      const due = api.query("UPDATE platform_post SET due_at = now() + $2 * interval '40 milliseconds', publish_at = now() + $2 * interval '40 milliseconds' WHERE post_id = $1", [id, round]);
      const [answer] = await Promise.all([edit(id, { post: { body: changed, scheduled_at: null, draft: false } }), due]);
      expect([200, 409], JSON.stringify(answer.body)).toContain(answer.status);
      rounds.push({ id, answer, before, changed });
    }
    // Their containers are waited for together.
    for (const { id, answer, before, changed } of rounds) {
      await untilProcessed(id);
      const [winner, loser] = answer.status === 200 ? [changed, before] : [before, changed];
      expect(await get(id)).toMatchObject({ body: winner, platforms: [{ status: 'published' }] });
      expect([await atTheNetwork(winner), await atTheNetwork(loser)]).toEqual([{ containers: 1, posts: 1 }, { containers: 0, posts: 0 }]);
    }
  });

  it('loses against another edit that was first, and nothing of the first is lost', async () => {
    const { id } = await draft();
    const letGo = await holdTargets(id);
    const edits = [edit(id, { post: { body: 'by one' } }), edit(id, { metadata: { by: 'another' } })];
    await waiting(2);
    await letGo();
    const answers = await Promise.all(edits);
    expect(statusesOf(answers)).toEqual([200, 409]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await get(id)).toMatchObject({ body: winner?.body.body, updated_at: winner?.body.updated_at });
  });
});

describe('deleting against publishing', () => {
  it('loses while the worker is at it, and the post comes through', async () => {
    await sandbox.settings(api.accountId, { processing_ms: 3_000 });
    const { id, body } = await posts.make({ post: { body: randomUUID() }, media: [jpeg] });
    await expect.poll(async () => (await get(id)).platforms[0]?.status, { timeout: 30_000 }).toBe('processing');
    expect(await remove(id)).toMatchObject(conflict);
    await sandbox.settings(api.accountId, { processing_ms: 0, permalink_delay_ms: 0 });
    await untilProcessed(id);
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('wins when it has the row before the worker: nothing goes out', async () => {
    const { id, body } = await scheduled();
    const letGo = await holdDue(id);
    const deleting = remove(id);
    await waiting(1);
    await letGo();
    expect((await deleting).status).toBe(200);
    await untilTheWorkerHasBeenRound();
    expect((await posts.call('GET', `/api/posts/${id}`)).status).toBe(404);
    expect(await atTheNetwork(body)).toEqual({ containers: 0, posts: 0 });
  });

  it('makes an edit that comes second a 404', async () => {
    const { id } = await draft();
    const letGo = await holdTargets(id);
    const deleting = remove(id);
    await waiting(1);
    const editing = edit(id, { post: { body: 'late' } });
    await waiting(2);
    await letGo();
    expect((await deleting).status).toBe(200);
    expect((await editing).status).toBe(404);
  });
});

describe('publishing a draft', () => {
  it('twice at once is done once', async () => {
    const { id, body } = await draft();
    const letGo = await holdTargets(id);
    const both = [publish(id), publish(id)];
    await waiting(2);
    await letGo();
    const answers = await Promise.all(both);
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject(conflict);
    await untilProcessed(id);
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('twenty times at once is done once', async () => {
    const { id, body } = await draft();
    const answers = await Promise.all(Array.from({ length: 20 }, () => publish(id)));
    expect(statusesOf(answers).filter((status) => status === 200)).toHaveLength(1);
    for (const { status } of answers) expect([200, 409, 422]).toContain(status);
    await untilProcessed(id);
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('while it is edited has one winner, and what goes out is what is stored', async () => {
    const { id, body } = await draft();
    const changed = randomUUID();
    const letGo = await holdTargets(id);
    const both = [publish(id), edit(id, { post: { body: changed, draft: false } })];
    await waiting(2);
    await letGo();
    const answers = await Promise.all(both);
    expect(statusesOf(answers)).toEqual([200, 409]);
    await untilProcessed(id);
    const [winner, loser] = answers[0]?.status === 200 ? [body, changed] : [changed, body];
    expect([await atTheNetwork(winner), await atTheNetwork(loser)]).toEqual([{ containers: 1, posts: 1 }, { containers: 0, posts: 0 }]);
  });
});

describe('retrying', () => {
  async function failedPost(): Promise<Shown> {
    const { id, body } = await draft();
    await api.query("UPDATE platform_post SET status = 'failed', step = 'done', error = 'x' WHERE post_id = $1", [id]);
    await api.query("UPDATE post SET status = 'processed' WHERE id = $1", [id]);
    return { ...(await get(id)), body };
  }

  it('twice at once begins once, and publishes once', async () => {
    const { id, body } = await failedPost();
    const letGo = await holdTargets(id);
    const both = [retry(id), retry(id)];
    await waiting(2);
    await letGo();
    expect(statusesOf(await Promise.all(both))).toEqual([200, 409]);
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'published', error: null, error_details: null }] });
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });

  it('twenty times at once, with two workers, begins once and publishes once', async () => {
    const second = await api.startWorker();
    try {
      const { id, body } = await failedPost();
      const answers = await Promise.all(Array.from({ length: 20 }, () => retry(id)));
      expect(statusesOf(answers)).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
      await untilProcessed(id);
      await untilTheWorkerHasBeenRound();
      expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
      const { body: { data } } = await posts.call('GET', `/api/posts/${id}/timeline`);
      expect(data.filter((entry) => entry['step'] === 'publishing')).toHaveLength(1);
      expect(data.filter((entry) => entry['change'] === 'retried')).toHaveLength(1);
    } finally {
      await second.close();
    }
  });

  it('leaves a target that is published alone, and makes it no second time', async () => {
    const { id, body } = await posts.make({ post: { body: randomUUID() }, media: [jpeg] });
    await untilProcessed(id);
    const other = await posts.anotherProfile();
    await api.query(`INSERT INTO platform_post SELECT (jsonb_populate_record(t, jsonb_build_object('id', $2::text, 'profile_id', $3::text, 'status', 'failed', 'remote_id', NULL, 'published_at', NULL, 'container_id', NULL, 'publish_started_at', NULL, 'publish_called_at', NULL, 'permalink', NULL))).* FROM platform_post t WHERE post_id = $1`,
      [id, `pp_${randomUUID().replaceAll('-', '').slice(0, 26)}`, other]);
    const [before] = (await get(id)).platforms.filter((target) => target.profile_id === api.profileId);
    expect((await retry(id)).status).toBe(200);
    await untilTheWorkerHasBeenRound();
    expect((await get(id)).platforms).toContainEqual(before);
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
    await api.query('DELETE FROM post WHERE id = $1', [id]);
    await api.query('DELETE FROM profile WHERE id = $1', [other]);
  });

  it('is refused while the worker is at it, and after it came through', async () => {
    await sandbox.settings(api.accountId, { processing_ms: 3_000 });
    const { id, body } = await failedPost();
    expect((await retry(id)).status).toBe(200);
    await expect.poll(async () => (await get(id)).platforms[0]?.status, { timeout: 30_000 }).toBe('processing');
    expect(await retry(id)).toMatchObject(conflict);
    await sandbox.settings(api.accountId, { processing_ms: 0, permalink_delay_ms: 0 });
    await untilProcessed(id);
    expect(await retry(id)).toMatchObject(conflict);
    expect(await atTheNetwork(body)).toEqual({ containers: 1, posts: 1 });
  });
});

describe('the timeline', () => {
  it('tells of every change and call, in their order, in parts or whole', async () => {
    const { id } = await draft();
    await edit(id, { post: { body: 'told' } });
    await publish(id);
    await untilProcessed(id);
    const { body: { data, next_cursor: end } } = await posts.call('GET', `/api/posts/${id}/timeline`);
    expect(end).toBeNull();
    expect(data.map((entry) => entry['type']).filter((type) => type !== 'attempt')).toEqual(['post.created', 'post.updated', 'post.updated', 'platform_post.published', 'post.processed']);
    expect(data.filter((entry) => entry['type'] === 'post.updated').map((entry) => entry['change'])).toEqual(['edited', 'released']);
    const attempts = data.filter((entry) => entry['type'] === 'attempt');
    expect(new Set(attempts.map((entry) => entry['step']))).toEqual(new Set(['creating', 'polling', 'publishing', 'reading_back']));
    for (const attempt of attempts) expect(attempt).toMatchObject({ profile_id: api.profileId, platform_post_id: expect.stringMatching(/^pp_/), finished_at: expect.any(String), request_id: expect.any(String) });
    // Reading back right after publishing may meet the network's read-after-write delay.
    for (const attempt of attempts.filter((entry) => entry['step'] !== 'reading_back')) expect(attempt).toMatchObject({ outcome: 'ok', code: null });
    const times = data.map((entry) => String(entry['at']));
    expect(times).toEqual([...times].sort());
    const collected: unknown[] = [];
    for (let cursor: string | null = '0'; cursor !== null && collected.length <= data.length; ) {
      const part = await posts.call('GET', `/api/posts/${id}/timeline?limit=2&cursor=${cursor}`);
      collected.push(...part.body.data);
      cursor = part.body.next_cursor;
    }
    expect(collected).toEqual(data);
  });

  it('carries class and codes of what failed, and the state after it', async () => {
    await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '36003/2207009' });
    const { id } = await posts.make({ post: { body: randomUUID() }, media: [jpeg] });
    await untilProcessed(id);
    const { body: { data } } = await posts.call('GET', `/api/posts/${id}/timeline`);
    expect(data).toContainEqual(expect.objectContaining({ type: 'attempt', step: 'creating', outcome: 'rejected', code: 36003, subcode: 2207009 }));
    expect(data).toContainEqual(expect.objectContaining({ type: 'platform_post.failed', status: 'failed', code: 36003, subcode: 2207009, message: expect.any(String) }));
  });
});

describe('a profile deleted meanwhile', () => {
  // Last: the account's own profile goes.
  it('is refused when the draft is published first', async () => {
    const { id } = await draft();
    const letGo = await holdTargets(id);
    const publishing = publish(id);
    await waiting(1);
    const deleting = posts.call('DELETE', `/api/profiles/${api.profileId}`);
    await waiting(2);
    await letGo();
    expect((await publishing).status).toBe(200);
    expect(await deleting).toMatchObject(conflict);
    await untilProcessed(id);
    expect(await get(id)).toMatchObject({ platforms: [{ status: 'published' }] });
  });

  it('refuses the draft, its edit and a retry that come second', async () => {
    const [first, second, third] = [await draft(), await draft(), await draft()];
    await api.query("UPDATE platform_post SET status = 'failed', step = 'done' WHERE post_id = $1", [third.id]);
    const letGo = await api.hold('SELECT 1 FROM profile WHERE id = $1 FOR UPDATE', [api.profileId]);
    const deleting = posts.call('DELETE', `/api/profiles/${api.profileId}`);
    await waiting(1);
    const late = [publish(first.id), edit(second.id, { post: { body: 'late' } }), retry(third.id)];
    await waiting(4);
    await letGo();
    expect((await deleting).status).toBe(200);
    for (const answer of await Promise.all(late)) expect(answer).toMatchObject(conflict);
    expect(await get(first.id)).toMatchObject({ status: 'draft' });
    expect(await get(second.id)).toMatchObject({ body: second.body });
  });
});
