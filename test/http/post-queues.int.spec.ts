import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { PostsClient } from './posts-client.js';
import { LiveApi } from './live-api.js';

interface Queue {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly jitter: number;
  readonly posts_count: number;
  readonly timeslots: readonly { readonly id: number; readonly day: number; readonly time: string }[];
}

interface QueuedPost {
  readonly id: string;
  readonly status: string;
  readonly draft: boolean;
  readonly scheduled_at: string | null;
  readonly queue_id: string | null;
  readonly queue_priority: string | null;
}

interface Refusal {
  readonly error: string;
  readonly code: string;
}

interface Outlook {
  readonly data: readonly { readonly slot_at: string; readonly timeslot_id: number | null; readonly post: { readonly id: string } | null }[];
}

let api: LiveApi;
let host: LoopbackMediaHost;
let posts: PostsClient;
let jpeg: string;
beforeAll(async () => {
  host = await LoopbackMediaHost.start();
  api = await LiveApi.start(40);
  posts = new PostsClient(api);
  jpeg = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await host?.stop();
});

async function call<Body>(method: string, url: string, body: object | null = null, key = api.key): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await api.send({ method, operationId: null, url, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) } });
  return { status: answer.status, body: JSON.parse(answer.text) as Body };
}

/** Twice a day, at noon and in the evening. */
const daily = [0, 1, 2, 3, 4, 5, 6].flatMap((day) => [{ day, time: '12:00' }, { day, time: '18:30' }]);

async function makeQueue(fields: object = {}): Promise<Queue> {
  const { status, body } = await call<Queue>('POST', '/api/post_queues', { profile_group_id: api.groupId, post_queue: { name: randomUUID(), queue_timeslots_attributes: daily, ...fields } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

async function enqueue(queueId: string, more: object = {}): Promise<QueuedPost> {
  const { status, body } = await call<QueuedPost>('POST', '/api/posts', { post: { body: randomUUID() }, profiles: ['instagram'], media: [jpeg], queue_id: queueId, ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const readPost = async (id: string): Promise<QueuedPost> => (await call<QueuedPost>('GET', `/api/posts/${id}`)).body;
const readQueue = async (id: string): Promise<Queue> => (await call<Queue>('GET', `/api/post_queues/${id}`)).body;
const nextSlot = async (id: string): Promise<string | null> => (await call<{ next_slot: string | null }>('GET', `/api/post_queues/${id}/next_slot`)).body.next_slot;
const timesOf = (ids: readonly string[]): Promise<(string | null)[]> => Promise.all(ids.map(async (id) => (await readPost(id)).scheduled_at));
const targetOf = async (id: string): Promise<{ due_at: Date | null; publish_at: Date | null } | undefined> => (await api.query<{ due_at: Date | null; publish_at: Date | null }>('SELECT due_at, publish_at FROM platform_post WHERE post_id = $1', [id]))[0];

/** Moves a post and its target in time, as if time had passed. */
async function comeWithin(id: string, minutes: number): Promise<string> {
  const at = new Date(Date.now() + minutes * 60_000).toISOString();
  await api.query('UPDATE post SET scheduled_at = $2, queue_slot_at = $2 WHERE id = $1', [id, at]);
  await api.query('UPDATE platform_post SET publish_at = $2, due_at = $2 WHERE post_id = $1', [id, at]);
  return at;
}

describe('post queues', () => {
  it('are made, read, listed, changed and deleted', async () => {
    const queue = await makeQueue({ description: 'Lunch', timezone: 'Europe/Berlin', jitter: 10 });
    expect(queue).toMatchObject({ id: expect.stringMatching(/^pq_/), description: 'Lunch', timezone: 'Europe/Berlin', enabled: true, jitter: 10, profile_group_id: api.groupId, posts_count: 0 });
    expect(queue.timeslots[0]).toEqual({ id: 1, day: 0, time: '12:00' });
    expect(await readQueue(queue.id)).toEqual(queue);
    const listed = await call<{ data: Queue[] }>('GET', '/api/post_queues');
    expect(listed.body.data).toContainEqual(queue);
    expect(listed.body).not.toHaveProperty('next_cursor');
    const page = await call<{ data: Queue[]; next_cursor: string | null }>('GET', `/api/post_queues?limit=1`);
    expect(page.body.data).toHaveLength(1);
    expect(page.body).toHaveProperty('next_cursor');
    const changed = await call<Queue>('PATCH', `/api/post_queues/${queue.id}`, { post_queue: { name: 'New', jitter: 0, queue_timeslots_attributes: [{ id: 1, _destroy: true }, { day: 0, time: '07:00' }] } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'New', description: 'Lunch', jitter: 0 } });
    expect(changed.body.timeslots[0]).toEqual({ id: 15, day: 0, time: '07:00' });
    expect(changed.body.timeslots).toHaveLength(14);
    expect(await call('DELETE', `/api/post_queues/${queue.id}`)).toEqual({ status: 200, body: { deleted: true } });
    expect((await call('GET', `/api/post_queues/${queue.id}`)).status).toBe(404);
  });

  it('have a policy of their own for late posts, where they want one', async () => {
    const { id } = await makeQueue({ overdue_policy: 'skip', overdue_minutes: 120 });
    expect(await readQueue(id)).toMatchObject({ overdue_policy: 'skip', overdue_minutes: 120 });
    const change = async (fields: object): Promise<unknown> => (await call('PATCH', `/api/post_queues/${id}`, { post_queue: fields })).body;
    expect(await change({ name: 'New' })).toMatchObject({ overdue_policy: 'skip', overdue_minutes: 120 });
    expect(await change({ overdue_policy: null })).toMatchObject({ overdue_policy: null, overdue_minutes: 120 });
    expect(await change({ overdue_policy: 'hold', overdue_minutes: null })).toMatchObject({ overdue_policy: 'hold', overdue_minutes: null });
    expect(await makeQueue()).toMatchObject({ overdue_policy: null, overdue_minutes: null });
  });

  it.each<[string, object, number, string]>([
    ['without a name', { post_queue: { timezone: 'UTC' } }, 400, 'param is missing or the value is empty: post_queue.name'],
    ['without fields', {}, 400, 'param is missing or the value is empty: post_queue'],
    ['with an unknown timezone', { post_queue: { name: 'x', timezone: 'Mars/Olympus' } }, 422, 'post_queue.timezone must be the name of an IANA timezone, such as Europe/Berlin'],
    ['with an offset for a timezone', { post_queue: { name: 'x', timezone: '+01:00' } }, 422, 'post_queue.timezone must be the name of an IANA timezone, such as Europe/Berlin'],
    ['with more jitter than an hour', { post_queue: { name: 'x', jitter: 61 } }, 422, 'post_queue.jitter must not be greater than 60'],
    ['with a policy for late posts that there is not', { post_queue: { name: 'x', overdue_policy: 'never' } }, 422, 'post_queue.overdue_policy must be one of publish_late, hold, skip, or null'],
    ['with late posts that go out after a minute', { post_queue: { name: 'x', overdue_minutes: 1 } }, 422, 'post_queue.overdue_minutes must be a whole number from 5 to 43200, or null'],
    ['with a slot on an eighth day', { post_queue: { name: 'x', queue_timeslots_attributes: [{ day: 7, time: '12:00' }] } }, 422, 'post_queue.queue_timeslots_attributes[0].day must not be greater than 6'],
    ['with a slot at no time', { post_queue: { name: 'x', queue_timeslots_attributes: [{ day: 1, time: '24:00' }] } }, 422, 'post_queue.queue_timeslots_attributes[0].time must be HH:MM'],
    ['with half a slot', { post_queue: { name: 'x', queue_timeslots_attributes: [{ day: 1 }] } }, 422, 'post_queue.queue_timeslots_attributes[0] must be {day, time} or {id, _destroy: true}'],
    ['with a slot whose day is null', { post_queue: { name: 'x', queue_timeslots_attributes: [{ day: null, time: '10:00' }] } }, 422, 'post_queue.queue_timeslots_attributes[0] must be {day, time} or {id, _destroy: true}'],
    ['with a slot whose time is null', { post_queue: { name: 'x', queue_timeslots_attributes: [{ day: 1, time: null }] } }, 422, 'post_queue.queue_timeslots_attributes[0] must be {day, time} or {id, _destroy: true}'],
    ['without a slot whose id is null', { post_queue: { name: 'x', queue_timeslots_attributes: [{ id: null, _destroy: true }] } }, 422, 'post_queue.queue_timeslots_attributes[0] must be {day, time} or {id, _destroy: true}'],
    ['with a slot twice', { post_queue: { name: 'x', queue_timeslots_attributes: [{ day: 1, time: '12:00' }, { day: 1, time: '12:00' }] } }, 422, 'There is already a timeslot on day 1 at 12:00'],
    ['without a slot that is not there', { post_queue: { name: 'x', queue_timeslots_attributes: [{ id: 9, _destroy: true }] } }, 422, 'Timeslot not found for 9'],
  ])('are not made %s', async (_what, body, status, error) => {
    expect(await call<Refusal>('POST', '/api/post_queues', body)).toMatchObject({ status, body: { error } });
  });

  it('tell what is before them', async () => {
    const { id } = await makeQueue();
    const first = await nextSlot(id);
    const post = await enqueue(id);
    expect(post.scheduled_at).toBe(first);
    expect(Date.parse((await nextSlot(id)) ?? '')).toBeGreaterThan(Date.parse(first ?? ''));
    const { data } = (await call<Outlook>('GET', `/api/post_queues/${id}/preview?days=3`)).body;
    expect([data.length, data[0]]).toEqual([6, expect.objectContaining({ slot_at: first, post: expect.objectContaining({ id: post.id }) })]);
    expect(data.slice(1).every((slot) => slot.post === null && slot.timeslot_id !== null)).toBe(true);
  });
});

describe('a post in a queue', () => {
  it('takes the next free slot, by priority and then by creation', async () => {
    const { id } = await makeQueue();
    const made = [];
    for (const queue_priority of ['medium', 'low', 'medium', 'high'] as const) made.push(await enqueue(id, { queue_priority }));
    const [medium, low, second, high] = made.map((post) => post.id) as [string, string, string, string];
    const times = await timesOf([high, medium, second, low]);
    expect(times).toEqual([...times].sort());
    expect(new Set(times).size).toBe(4);
    expect(await readPost(high)).toMatchObject({ status: 'scheduled', queue_id: id, queue_priority: 'high', draft: false });
    for (const post of made) {
      const target = await targetOf(post.id);
      expect(target?.publish_at?.toISOString()).toBe((await readPost(post.id)).scheduled_at);
      expect(target?.due_at).not.toBeNull();
    }
    expect(await readQueue(id)).toMatchObject({ posts_count: 4 });
  });

  it('comes by a form as well', async () => {
    const { id } = await makeQueue();
    const made = await posts.form('POST', '/api/posts', [['post[body]', 'form'], ['profiles[]', 'instagram'], ['media[]', jpeg], ['queue_id', id], ['queue_priority', 'high']]);
    expect(made).toMatchObject({ status: 201, body: { queue_id: id, queue_priority: 'high', status: 'scheduled' } });
  });

  it('moves up when one before it is deleted', async () => {
    const { id } = await makeQueue();
    const [first, second] = [await enqueue(id), await enqueue(id)];
    expect((await call('DELETE', `/api/posts/${first.id}`)).status).toBe(200);
    expect(await timesOf([second.id])).toEqual([first.scheduled_at]);
  });

  it('changes its priority, leaves with the time it has, and goes out now when its time is taken away', async () => {
    const { id } = await makeQueue();
    const [first, second, third] = [await enqueue(id), await enqueue(id), await enqueue(id)];
    const raised = await call<QueuedPost>('PATCH', `/api/posts/${third.id}`, { queue_priority: 'high' });
    expect(raised).toMatchObject({ status: 200, body: { scheduled_at: first.scheduled_at, queue_priority: 'high' } });
    expect(await timesOf([first.id, second.id])).toEqual([second.scheduled_at, third.scheduled_at]);
    const left = await call<QueuedPost>('PATCH', `/api/posts/${third.id}`, { queue_id: null });
    expect(left.body).toMatchObject({ queue_id: null, queue_priority: null, scheduled_at: first.scheduled_at, status: 'scheduled' });
    expect(await timesOf([first.id, second.id])).toEqual([first.scheduled_at, second.scheduled_at]);
    const now = await call<QueuedPost>('PATCH', `/api/posts/${first.id}`, { post: { scheduled_at: null } });
    expect(now.body).toMatchObject({ queue_id: null, status: 'pending', scheduled_at: null });
    expect(await timesOf([second.id])).toEqual([first.scheduled_at]);
  });

  it('keeps its slot when its text changes, and goes from one queue to another', async () => {
    const [one, other] = [await makeQueue(), await makeQueue()];
    const [first, second] = [await enqueue(one.id), await enqueue(one.id)];
    expect((await call<QueuedPost>('PATCH', `/api/posts/${second.id}`, { post: { body: 'new' } })).body).toMatchObject({ scheduled_at: second.scheduled_at, queue_id: one.id });
    expect((await call<QueuedPost>('PATCH', `/api/posts/${first.id}`, { queue_id: other.id })).body).toMatchObject({ scheduled_at: first.scheduled_at, queue_id: other.id });
    expect(await timesOf([second.id])).toEqual([first.scheduled_at]);
  });

  it('has no slot while it is a draft', async () => {
    const { id } = await makeQueue();
    const made = await enqueue(id, { post: { body: 'draft', draft: true } });
    expect(made).toMatchObject({ status: 'draft', queue_id: id, scheduled_at: null });
    const next = await nextSlot(id);
    expect((await call<QueuedPost>('POST', `/api/posts/${made.id}/publish`)).body).toMatchObject({ status: 'scheduled', scheduled_at: next });
    expect((await call<QueuedPost>('PATCH', `/api/posts/${made.id}`, { post: { draft: true } })).body).toMatchObject({ status: 'draft', scheduled_at: null });
    expect(await nextSlot(id)).toBe(next);
  });

  it.each<[string, object, string]>([
    ['a time', { post: { body: 'x', scheduled_at: '2030-01-01T00:00:00Z' } }, 'A post has a queue_id or a scheduled_at, not both'],
    ['a queue that is not there', { queue_id: 'pq_nowhere' }, 'Queue not found for pq_nowhere'],
    ['a priority and no queue', { queue_id: null, queue_priority: 'high' }, 'queue_priority is of posts in a queue'],
    ['a priority that is none', { queue_priority: 'urgent' }, 'queue_priority must be one of the following values: high, medium, low'],
  ])('is refused with %s', async (_what, more, error) => {
    const { id } = await makeQueue();
    const body = { post: { body: 'x' }, profiles: ['instagram'], media: [jpeg], queue_id: id, ...more };
    expect(await call<Refusal>('POST', '/api/posts', body)).toMatchObject({ status: 422, body: { error } });
    if (!error.includes('must be one of')) expect((await call<{ violations: { message: string }[] }>('POST', '/api/posts/validate', body)).body.violations).toContainEqual(expect.objectContaining({ message: error }));
  });

  it('is refused where the queue has no slots, and nothing is left of it', async () => {
    const { id } = await makeQueue({ queue_timeslots_attributes: [] });
    const text = randomUUID();
    expect(await nextSlot(id)).toBeNull();
    expect(await call<Refusal>('POST', '/api/posts', { post: { body: text }, profiles: ['instagram'], media: [jpeg], queue_id: id })).toMatchObject({ status: 422, body: { error: 'No available slots found. Add timeslots to your queue.' } });
    expect(await api.query('SELECT 1 FROM post WHERE body = $1', [text])).toEqual([]);
  });

  it('of the last five minutes, and one that a worker has begun, stay where they are', async () => {
    const { id } = await makeQueue();
    const [soon, begun, free] = [await enqueue(id), await enqueue(id), await enqueue(id)];
    const at = await comeWithin(soon.id, 4);
    await api.query("UPDATE platform_post SET step = 'creating', attempted_at = now() WHERE post_id = $1", [begun.id]);
    const high = await enqueue(id, { queue_priority: 'high' });
    expect(await timesOf([soon.id, begun.id])).toEqual([at, begun.scheduled_at]);
    expect(await timesOf([high.id, free.id])).toEqual([soon.scheduled_at, free.scheduled_at]);
  });

  it('comes later than its slot by its share of the jitter, the same again after rearranging', async () => {
    const { id } = await makeQueue({ jitter: 60 });
    const [first, second] = [await enqueue(id), await enqueue(id)];
    const slots = (await call<Outlook>('GET', `/api/post_queues/${id}/preview`)).body.data;
    for (const [index, post] of [first, second].entries()) {
      const late = Date.parse(post.scheduled_at ?? '') - Date.parse(slots[index]?.slot_at ?? '');
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(3_600_000);
    }
    const high = await enqueue(id, { queue_priority: 'high' });
    await call('DELETE', `/api/posts/${high.id}`);
    expect(await timesOf([first.id, second.id])).toEqual([first.scheduled_at, second.scheduled_at]);
  });

  it('takes turns with others that come at the same moment', async () => {
    const { id } = await makeQueue();
    const made = await Promise.all(Array.from({ length: 20 }, () => enqueue(id)));
    const times = await timesOf(made.map((post) => post.id));
    expect(new Set(times).size).toBe(20);
    const { data } = (await call<Outlook>('GET', `/api/post_queues/${id}/preview?days=12`)).body;
    expect(data.slice(0, 20).every((slot) => slot.post !== null)).toBe(true);
  });
});

describe('a paused queue', () => {
  it('publishes nothing, takes posts without a time, and gives them slots when it goes on', async () => {
    const { id } = await makeQueue();
    const first = await enqueue(id);
    await comeWithin(first.id, -1);
    expect((await call<Queue>('PATCH', `/api/post_queues/${id}`, { post_queue: { enabled: false } })).body).toMatchObject({ enabled: false, posts_count: 1 });
    expect(await readPost(first.id)).toMatchObject({ status: 'scheduled', scheduled_at: null });
    expect(await targetOf(first.id)).toEqual({ due_at: null, publish_at: null });
    const second = await enqueue(id);
    expect(second).toMatchObject({ status: 'scheduled', scheduled_at: null, queue_id: id });
    expect(await nextSlot(id)).toBeNull();
    expect((await call<QueuedPost>('PATCH', `/api/posts/${second.id}`, { post: { body: 'new words' } })).body).toMatchObject({ status: 'scheduled', scheduled_at: null });
    expect(await call<Refusal>('PATCH', `/api/posts/${second.id}`, { queue_id: null })).toMatchObject({ status: 422, body: { error: 'The post has no time outside of its paused queue' } });
    await call('PATCH', `/api/post_queues/${id}`, { post_queue: { enabled: true } });
    const times = await timesOf([first.id, second.id]);
    expect(times).toEqual([...times].sort());
    expect(times).toEqual((await call<Outlook>('GET', `/api/post_queues/${id}/preview`)).body.data.slice(0, 2).map((slot) => slot.slot_at));
    expect((await targetOf(second.id))?.publish_at?.toISOString()).toBe(times[1]);
  });

  it('leaves alone what a worker has begun', async () => {
    const { id } = await makeQueue();
    const post = await enqueue(id);
    await api.query('UPDATE platform_post SET leased_until = now() + interval \'15 s\', attempted_at = now() WHERE post_id = $1', [post.id]);
    await call('PATCH', `/api/post_queues/${id}`, { post_queue: { enabled: false } });
    expect(await timesOf([post.id])).toEqual([post.scheduled_at]);
  });
});

describe('a queue that changes', () => {
  it('moves its posts with its slots and its timezone', async () => {
    const { id } = await makeQueue({ queue_timeslots_attributes: [{ day: 3, time: '12:00' }], timezone: 'UTC' });
    const post = await enqueue(id);
    await call('PATCH', `/api/post_queues/${id}`, { post_queue: { timezone: 'Asia/Kathmandu' } });
    expect(await timesOf([post.id])).toEqual([expect.stringMatching(/T06:15:00.000Z$/)]);
    await call('PATCH', `/api/post_queues/${id}`, { post_queue: { timezone: 'UTC', queue_timeslots_attributes: [{ id: 1, _destroy: true }, { day: 3, time: '15:45' }] } });
    expect(await timesOf([post.id])).toEqual([expect.stringMatching(/T15:45:00.000Z$/)]);
  });

  it('that is deleted leaves its posts the time they have; what had none becomes a draft', async () => {
    const [running, paused] = [await makeQueue(), await makeQueue({ enabled: false })];
    const [timed, untimed] = [await enqueue(running.id), await enqueue(paused.id)];
    for (const { id } of [running, paused]) expect((await call('DELETE', `/api/post_queues/${id}`)).status).toBe(200);
    expect(await readPost(timed.id)).toMatchObject({ queue_id: null, queue_priority: null, status: 'scheduled', scheduled_at: timed.scheduled_at });
    expect(await readPost(untimed.id)).toMatchObject({ queue_id: null, status: 'draft', scheduled_at: null });
  });

  it('of a thousand posts is arranged in one go', async () => {
    const { id } = await makeQueue();
    const { id: model } = await enqueue(id);
    await api.query(`INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, queue_id, queue_priority, created_at, updated_at)
      SELECT workspace_id, id || '_' || n, profile_group_id, body, status, source, queue_id, queue_priority, created_at, updated_at FROM post, generate_series(1, 999) n WHERE id = $1`, [model]);
    await api.query(`INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, created_at, updated_at)
      SELECT workspace_id, id || '_' || n, post_id || '_' || n, profile_id, network, params, created_at, updated_at FROM platform_post, generate_series(1, 999) n WHERE post_id = $1`, [model]);
    await api.query('ANALYZE post, platform_post');
    const took: number[] = [];
    for (const timezone of ['Europe/Berlin', 'America/New_York', 'UTC']) {
      const started = performance.now();
      await call('PATCH', `/api/post_queues/${id}`, { post_queue: { timezone } });
      took.push(performance.now() - started);
    }
    const [{ count } = { count: 0 }] = await api.query<{ count: number }>('SELECT count(DISTINCT scheduled_at)::int AS count FROM post WHERE queue_id = $1', [id]);
    expect(count).toBe(1000);
    // Some 150 ms on a machine that does nothing else; what grew with the square would be far above this.
    expect(Math.min(...took)).toBeLessThan(1500);
  });
});
