import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { TestSandbox } from '#testing/sandbox';
import { LiveApi } from './live-api.js';
import { PostsClient, type Shown } from './posts-client.js';

const hour = 3_600_000;

let api: LiveApi;
let host: LoopbackMediaHost;
let sandbox: TestSandbox;
let worker: { close(): Promise<void> };
let posts: PostsClient;
let jpeg: string;

beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(20, sandbox, { COMMENTS_PER_HOUR: '2' });
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
beforeEach(() => api.query('DELETE FROM call_budget_use'));
afterEach(async () => sandbox.clearFaults());

const make = (comment: string): Promise<Shown> => posts.make({ post: { body: randomUUID() }, media: [jpeg], platforms: { instagram: { first_comment: comment } } });
const get = async (id: string): Promise<Shown> => (await posts.call('GET', `/api/posts/${id}`)).body;
const untilShown = (id: string, target: object): Promise<void> => expect.poll(() => get(id), { timeout: 30_000 }).toMatchObject({ platforms: [target] });
const untilProcessed = (id: string): Promise<void> => expect.poll(async () => (await get(id)).status, { timeout: 30_000 }).toBe('processed');
const written = async (text: string): Promise<number> => (await sandbox.ledger(api.accountId)).comments.filter((comment) => comment.text === text).length;
const events = async (id: string): Promise<string[]> => (await api.query<{ type: string }>('SELECT type FROM event WHERE post_id = $1 ORDER BY id', [id])).map(({ type }) => type);
const subjects = async (): Promise<string[]> => (await api.query<{ subject: string }>('SELECT subject FROM call_budget_use ORDER BY at')).map(({ subject }) => subject);
const makeDue = (id: string): Promise<object[]> => api.query('UPDATE platform_post SET due_at = now() WHERE post_id = $1', [id]);

it('a comment beyond the budget waits while its post is live, is told as waiting, and is written when there is room', async () => {
  for (const text of ['first', 'second']) await untilProcessed((await make(text)).id);
  const { id } = await make('third');
  await untilShown(id, { status: 'published', deferral: 'comment_budget', error: null });
  const [oldest] = await api.query<{ leaves_at: Date }>('SELECT leaves_at FROM call_budget_use ORDER BY at LIMIT 1');
  const waiting = await get(id);
  expect(waiting).toMatchObject({ status: 'processing', platforms: [{ platform_id: expect.any(String) as string, next_attempt_at: oldest?.leaves_at.toISOString() }] });
  expect((oldest?.leaves_at.getTime() ?? 0) - Date.now()).toBeGreaterThan(hour - 60_000);
  expect([await written('first'), await written('second'), await written('third')]).toEqual([1, 1, 0]);

  // Without a comment nothing has to wait, and what waits is told once.
  const plain = await posts.make({ post: { body: randomUUID() }, media: [jpeg] });
  await untilProcessed(plain.id);
  await makeDue(id);
  await expect.poll(async () => (await api.query<{ is: boolean }>('SELECT due_at > now() AND lease IS NULL AS is FROM platform_post WHERE post_id = $1', [id]))[0]?.is, { timeout: 30_000 }).toBe(true);
  expect((await events(id)).filter((type) => type === 'platform_post.deferred')).toHaveLength(1);

  await api.query("UPDATE call_budget_use SET at = at - interval '1 hour', leaves_at = leaves_at - interval '1 hour' WHERE subject = $1", [(await subjects())[0]]);
  await makeDue(id);
  await untilProcessed(id);
  expect(await get(id)).toMatchObject({ platforms: [{ status: 'published', deferral: null, next_attempt_at: null, error: null }] });
  expect([await written('third'), (await subjects()).length]).toEqual([1, 3]);
});

it('a comment whose answer was lost is counted once and written once', async () => {
  await sandbox.fault({ method: 'POST', path: '/*/comments' }, { kind: 'reset_after_effect' });
  const { id, platforms: [target] } = await make('in doubt');
  await untilProcessed(id);
  expect([await written('in doubt'), await subjects()]).toEqual([1, [`${target?.id ?? ''}/0`]]);
});

it('a comment that the network did not take is counted for each call', async () => {
  await sandbox.fault({ method: 'POST', path: '/*/comments' }, { kind: 'error', preset: '100/33' });
  const { id, platforms: [target] } = await make('again');
  await expect.poll(() => subjects(), { timeout: 30_000 }).toEqual([`${target?.id ?? ''}/0`]);
  await expect.poll(async () => (await api.query<{ attempts: number; lease: string | null }>('SELECT attempts, lease FROM platform_post WHERE post_id = $1', [id]))[0], { timeout: 30_000 }).toEqual({ attempts: 1, lease: null });
  await makeDue(id);
  await untilProcessed(id);
  expect([await written('again'), await subjects()]).toEqual([1, [`${target?.id ?? ''}/0`, `${target?.id ?? ''}/1`]]);
});

it('a place that a worker took before it died is that of the call which follows', async () => {
  const full = ['gone-1/0', 'gone-2/0'].map((subject) => api.query('INSERT INTO call_budget_use VALUES ($1, $2, \'comment\', $3, now(), now() + interval \'1 hour\')', [api.workspaceId, api.profileId, subject]));
  await Promise.all(full);
  const { id, platforms: [target] } = await make('after a crash');
  await untilShown(id, { deferral: 'comment_budget' });
  await api.query("UPDATE call_budget_use SET subject = $1 WHERE subject = 'gone-2/0'", [`${target?.id ?? ''}/0`]);
  await makeDue(id);
  await untilProcessed(id);
  expect([await written('after a crash'), (await subjects()).length]).toEqual([1, 2]);
});
