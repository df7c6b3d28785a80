import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventSchema, eventTypes } from '#features/events/index';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { TestSandbox } from '#testing/sandbox';
import { LiveApi } from './live-api.js';
import { PostsClient, type Shown } from './posts-client.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The schema, but with no key beside those it names: receivers must bear more, we must not send more than is documented. */
function sealed(schema: Schema): Schema {
  return {
    ...schema,
    ...(schema.items && { items: sealed(schema.items) }),
    ...(schema.properties && { properties: Object.fromEntries(Object.entries(schema.properties).map(([name, child]) => [name, sealed(child)])), additionalProperties: false }),
  };
}

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>(eventTypes.map((type) => [type, ajv.compile(sealed(eventSchema(type) as Schema).properties?.['data'] ?? {})]));

let api: LiveApi;
let host: LoopbackMediaHost;
let sandbox: TestSandbox;
let worker: { close(): Promise<void> };
let posts: PostsClient;
let jpeg: string;

beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(10, sandbox);
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

const make = (fields: object = {}): Promise<Shown> => posts.make({ post: { body: randomUUID(), ...fields }, media: [jpeg], metadata: { campaign: 'summer' } });
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const typesOf = async (postId: string): Promise<string[]> => (await api.query<{ type: string }>('SELECT type FROM event WHERE post_id = $1', [postId])).map(({ type }) => type);
const until = (postId: string, type: string): Promise<void> => expect.poll(() => typesOf(postId), { timeout: 30_000 }).toContain(type);

it('what features really tell has exactly the fields of its schema', async () => {
  const scheduled = await make({ scheduled_at: inAnHour() });
  await posts.call('PATCH', `/api/posts/${scheduled.id}`, { post: { body: 'Other words' } });

  await until((await make()).id, 'post.processed');

  const late = await make({ scheduled_at: inAnHour() });
  await api.query("UPDATE platform_post SET publish_at = now() - interval '2 hours', due_at = now() WHERE post_id = $1", [late.id]);
  await until(late.id, 'platform_post.overdue');

  await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '1' });
  await until((await make()).id, 'platform_post.failed_waiting_for_retry');
  await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '36003/2207009' });
  await until((await make()).id, 'platform_post.failed');
  await sandbox.clearFaults();

  await sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'error', preset: '190/459' });
  const blocked = await make();
  await until(blocked.id, 'platform_post.held');
  await posts.call('POST', `/api/posts/${blocked.id}/release`, {});
  await until(blocked.id, 'post.processed');
  await posts.call('DELETE', `/api/profiles/${api.profileId}`);

  const events = await api.query<{ type: string; data: unknown }>('SELECT type, data FROM event ORDER BY id');
  for (const { type, data } of events) {
    const validate = validators.get(type);
    expect(validate?.(data), `${type} ${JSON.stringify(data)} ${JSON.stringify(validate?.errors)}`).toBe(true);
  }
  expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(expect.arrayContaining([
    'platform_post.failed', 'platform_post.failed_waiting_for_retry', 'platform_post.held', 'platform_post.overdue', 'platform_post.published', 'platform_post.released',
    'post.created', 'post.processed', 'post.updated', 'profile.disconnected',
  ]));
}, 120_000);
