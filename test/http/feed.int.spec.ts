import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { LiveApi } from './live-api.js';

interface Item { readonly id: string; readonly seq: number; readonly type: string; readonly data: object }
interface Answer { readonly status: number; readonly data: Item[]; readonly next_cursor: string; readonly has_more: boolean; readonly code?: string; readonly details?: unknown; readonly ms: number }

let [api, groupKey, strangerKey]: [LiveApi, string, string] = [] as never;
beforeAll(async () => {
  api = await LiveApi.start(40);
  groupKey = await api.issueKey({ groupId: api.groupId });
  await api.query("INSERT INTO workspace (id, name, created_at) VALUES ('ws_else', 'Else', now())");
  await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ('ws_else', 'grp_else', 'Else', now()), ($1, 'grp_other', 'Other', now())", [api.workspaceId]);
  strangerKey = await api.issueKey({ workspaceId: 'ws_else' });
}, 60_000);
afterAll(() => api?.close());
beforeEach(async () => {
  await api.query('DELETE FROM event');
  await api.query('DELETE FROM event_sequence');
});

async function get(query = '', key = api.key, signal: AbortSignal | null = null): Promise<Answer> {
  const begun = performance.now();
  const response = await fetch(`${await api.url()}/api/events${query}`, { headers: { authorization: `Bearer ${key}` }, signal });
  return { ...((await response.json()) as Omit<Answer, 'status' | 'ms'>), status: response.status, ms: performance.now() - begun };
}

async function write(type = 'post.created', groupId: string | null = null, data: object = { id: 'post_1' }, workspaceId = api.workspaceId): Promise<string> {
  const id = newId('event');
  await api.query('INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at) VALUES ($1, $2, $3, $4, $5, now())', [workspaceId, id, groupId, type, JSON.stringify(data)]);
  return id;
}
const relay = (): Promise<unknown> => api.query('SELECT relay_events(now(), 0, 1000)');
async function numbered(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await write();
  await relay();
}
const seqs = ({ data }: Answer): number[] => data.map(({ seq }) => seq);

describe('GET /api/events', () => {
  it('shows each event as webhooks send it, oldest first, once it has its number', async () => {
    const id = await write('platform_post.published', api.groupId, { z: 1, a: 'ü', nested: { b: [null, true] } });
    expect(await get()).toMatchObject({ status: 200, data: [], next_cursor: '0', has_more: false });
    await relay();
    await write();
    await relay();
    const { data, next_cursor: cursor, has_more: hasMore } = await get();
    const [row] = await api.query<{ at: Date }>('SELECT created_at AS at FROM event WHERE id = $1', [id]);
    expect(JSON.stringify(data[0])).toBe(JSON.stringify({
      id, object: 'event', type: 'platform_post.published', created_at: row?.at.toISOString(), seq: 1, workspace_id: api.workspaceId, profile_group_id: api.groupId, data: { a: 'ü', z: 1, nested: { b: [null, true] } },
    }));
    expect({ seqs: data.map(({ seq }) => seq), cursor, hasMore }).toEqual({ seqs: [1, 2], cursor: '2', hasMore: false });
  });

  it('goes from page to page, and on from its end', async () => {
    await numbered(5);
    const first = await get('?limit=2');
    const second = await get(`?limit=2&after=${first.next_cursor}`);
    const third = await get(`?limit=2&after=${second.next_cursor}`);
    expect([first, second, third].map((page) => [seqs(page), page.next_cursor, page.has_more])).toEqual([[[1, 2], '2', true], [[3, 4], '4', true], [[5], '5', false]]);
    expect(await get('?after=5')).toMatchObject({ data: [], next_cursor: '5', has_more: false });
    await numbered(1);
    expect(seqs(await get('?after=5'))).toEqual([6]);
  });

  it.each<[string, number[], string]>([
    ['types=post.created', [1], '4'],
    ['types=post.*', [1, 2], '4'],
    ['types=post.created,media.failed', [1, 4], '4'],
    ['types[]=post.updated&types[]=media.failed', [2, 4], '4'],
    ['types=*', [1, 2, 3, 4], '4'],
    ['types=media.*&limit=1', [4], '4'],
    ['types=post.*&limit=1', [1], '1'],
    ['types=chat.nothing', [], '4'],
    ['profile_group_id=grp_other', [2], '4'],
  ])('%s', async (query, expected, cursor) => {
    for (const [type, group] of [['post.created', null], ['post.updated', 'grp_other'], ['platform_post.published', api.groupId], ['media.failed', null]] as const) await write(type, group);
    await relay();
    const answer = await get(`?${query}`);
    expect({ seqs: seqs(answer), cursor: answer.next_cursor }).toEqual({ seqs: expected, cursor });
  });

  it('shows a key of one group that group, and a workspace its own', async () => {
    for (const group of [null, api.groupId, 'grp_other']) await write('post.created', group);
    await write('post.created', null, {}, 'ws_else');
    await relay();
    expect(await get('', groupKey)).toMatchObject({ data: [{ seq: 2 }], next_cursor: '3' });
    expect(seqs(await get('?profile_group_id=grp_other'))).toEqual([3]);
    expect(await get('?profile_group_id=grp_else')).toMatchObject({ status: 404 });
    expect(await get('?profile_group_id=grp_other', groupKey)).toMatchObject({ status: 404 });
    expect(await get('', strangerKey)).toMatchObject({ data: [{ seq: 1, workspace_id: 'ws_else' }], next_cursor: '1' });
  });

  it('says which cursor is too old, and from where it goes on', async () => {
    await numbered(5);
    await api.query('DELETE FROM event WHERE seq <= 3');
    expect(await get('?after=2')).toMatchObject({ status: 410, code: 'events_expired', details: { oldest_seq: 4 } });
    expect(seqs(await get('?after=3'))).toEqual([4, 5]);
    expect(seqs(await get('?after=0'))).toEqual([4, 5]);
    await api.query('DELETE FROM event');
    expect(await get('?after=4')).toMatchObject({ status: 410, details: { oldest_seq: 6 } });
    expect(await get('?after=5')).toMatchObject({ status: 200, data: [], next_cursor: '5', has_more: false });
  });

  it.each(['after=6', 'after=-1', 'after=x', 'after=1.5', 'after=1234567890123456789', 'wait=31', 'wait=-1', 'wait=x', 'limit=0', 'limit=101', 'types=Post', 'types=post', "types=a.b'", 'cursor=1'])('refuses %s', async (query) => {
    await numbered(5);
    expect(await get(`?${query}`)).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  it('looks through a bounded part of a long feed, and says that there is more', async () => {
    await api.query(
      `INSERT INTO event (workspace_id, id, type, data, created_at, seq) SELECT $1, 'evt_' || n, CASE WHEN n = 45000 THEN 'media.failed' ELSE 'post.created' END, '{}', now(), n FROM generate_series(1, 45001) n`, [api.workspaceId]);
    await api.query('INSERT INTO event_sequence VALUES ($1, 45001)', [api.workspaceId]);
    const pages: Answer[] = [];
    for (let after = '0'; pages.length < 4 && pages.at(-1)?.has_more !== false; after = pages.at(-1)?.next_cursor ?? '') pages.push(await get(`?types=media.*&wait=5&after=${after}`));
    expect(pages.map((page) => [seqs(page), page.next_cursor, page.has_more])).toEqual([[[], '20000', true], [[], '40000', true], [[45_000], '45001', false]]);
  });
});

describe('waiting for events', () => {
  it('answers as soon as there is one, and at its time with none', async () => {
    const [waiting, timely] = [get('?wait=20'), get('?wait=1')];
    const none = await timely;
    expect(none).toMatchObject({ status: 200, data: [], next_cursor: '0' });
    expect(none.ms).toBeGreaterThan(990);
    await numbered(1);
    const answer = await waiting;
    expect(seqs(answer)).toEqual([1]);
    expect(answer.ms).toBeLessThan(10_000);
  });

  it('does not answer for what is not asked for, and goes on from behind it', async () => {
    const waiting = get('?wait=20&types=media.failed');
    await numbered(3);
    await pause(600);
    await write('media.failed');
    await relay();
    expect(await waiting).toMatchObject({ data: [{ seq: 4 }], next_cursor: '4' });
  });

  it('serves many with one question each quarter of a second, and forgets who has gone', async () => {
    const controllers = Array.from({ length: 30 }, () => new AbortController());
    const waiting = controllers.map(({ signal }, index) => get('?wait=20', api.key, index < 10 ? signal : null).then(({ data }) => data.length, () => 'gone'));
    const asked = async (): Promise<number> => (await api.query<{ calls: number }>("SELECT (xact_commit)::int AS calls FROM pg_stat_database WHERE datname = current_database()"))[0]?.calls ?? 0;
    await pause(500);
    for (const controller of controllers.slice(0, 10)) controller.abort();
    const before = await asked();
    await pause(2_000);
    expect((await asked()) - before).toBeLessThan(60);
    await numbered(1);
    expect(await Promise.all(waiting)).toEqual([...Array<string>(10).fill('gone'), ...Array<number>(20).fill(1)]);
  });
});
