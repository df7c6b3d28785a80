import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { LiveApi } from './live-api.js';

interface Replay {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly queued: number;
  readonly code: string;
  readonly message: string;
}

let api: LiveApi;
beforeAll(async () => {
  api = await LiveApi.start(4);
  await api.query(
    `INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at, seq)
     SELECT $1, 'evt_' || n, $2, CASE n % 2 WHEN 0 THEN 'post.processed' ELSE 'profile.connected' END, '{}', now() - interval '1 hour' + n * interval '1 second', n FROM generate_series(1, 30) n`,
    [api.workspaceId, api.groupId]);
}, 60_000);
afterAll(() => api?.close());

async function call<Body = Replay>(method: string, url: string, body: object | null = null, headers: Record<string, string> = {}, key = api.key): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await api.send({ method, operationId: null, url, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers } });
  return { status: answer.status, body: JSON.parse(answer.text) as Body };
}

async function webhook(fields: { events?: string; groupId?: string | null; enabled?: boolean } = {}): Promise<string> {
  const id = newId('webhookEndpoint');
  await api.query('INSERT INTO webhook_endpoint (workspace_id, id, profile_group_id, url, events, enabled, created_at, updated_at) VALUES ($1, $2, $3, \'https://example.com\', $4, $5, now(), now())',
    [api.workspaceId, id, fields.groupId ?? null, fields.events ?? '{*}', fields.enabled ?? true]);
  await api.query('INSERT INTO webhook_pump (workspace_id, endpoint_id) VALUES ($1, $2)', [api.workspaceId, id]);
  return id;
}

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const range = { from: ago(120), to: ago(-60) };

describe('replaying a webhook', () => {
  it('says beforehand how many events it would be, and changes nothing', async () => {
    const id = await webhook({ events: '{post.*}' });
    const before = await api.rowsOf('workspace_id = $1', [api.workspaceId]);
    expect(await call('POST', `/api/webhooks/${id}/replay`, { ...range, dry_run: true })).toEqual({ status: 200, body: { total: 15 } });
    expect(await call('POST', `/api/webhooks/${id}/replay`, { ...range, events: ['profile.*'], dry_run: true })).toEqual({ status: 200, body: { total: 0 } });
    expect(await api.rowsOf('workspace_id = $1', [api.workspaceId])).toEqual(before);
  });

  it('answers a repeated dry run as it answered the first', async () => {
    const id = await webhook();
    const send = (): Promise<{ status: number }> => call('POST', `/api/webhooks/${id}/replay`, { ...range, dry_run: true }, { 'idempotency-key': `dry-${id}` });
    expect(await send()).toEqual({ status: 200, body: { total: 30 } });
    expect(await send()).toEqual({ status: 200, body: { total: 30 } });
  });

  it('is done by a worker, can be watched, and is one at a time', async () => {
    const id = await webhook();
    const { status, body: replay } = await call('POST', `/api/webhooks/${id}/replay`, { ...range, events: ['post.processed'] });
    expect(status).toBe(202);
    expect(replay).toEqual({
      id: expect.stringMatching(/^rpl_/), webhook_id: id, from: range.from, to: expect.any(String), events: ['post.processed'], only_failed: false, only_missed: false, status: 'running',
      total: 15, queued: 0, delivered: 0, failed: 0, pending: 0, created_at: expect.any(String), updated_at: expect.any(String), finished_at: null,
    });
    expect(await call('POST', `/api/webhooks/${id}/replay`, range)).toMatchObject({ status: 409, body: { code: 'replay_running' } });
    const read = async (): Promise<Replay> => (await call('GET', `/api/webhooks/${id}/replays/${replay.id}`)).body;
    const worker = await api.startWorker();
    try {
      // Whether or not somebody sends: what counts here is that they are made, and that their end is the replay's.
      await expect.poll(async () => (await read()).queued, { timeout: 10_000 }).toBe(15);
      await api.query("UPDATE webhook_delivery SET state = 'delivered', next_attempt_at = NULL WHERE replay_id = $1", [replay.id]);
      await expect.poll(read, { timeout: 10_000 }).toMatchObject({ status: 'completed', queued: 15, delivered: 15, failed: 0, pending: 0, finished_at: expect.any(String) });
    } finally {
      await worker.close();
    }
    const list = await call<{ data: Replay[]; next_cursor: string | null }>('GET', `/api/webhooks/${id}/replays`);
    expect(list.body).toMatchObject({ data: [{ id: replay.id, status: 'completed', delivered: 15 }], next_cursor: null });
    expect((await call('POST', `/api/webhooks/${id}/replays/${replay.id}/cancel`)).status).toBe(409);
  }, 40_000);

  it('is cancelled', async () => {
    const id = await webhook();
    const { body: replay } = await call('POST', `/api/webhooks/${id}/replay`, range);
    const url = `/api/webhooks/${id}/replays/${replay.id}`;
    expect(await call('POST', `${url}/cancel`)).toMatchObject({ status: 200, body: { id: replay.id, status: 'cancelled' } });
    expect(await call('POST', `${url}/cancel`)).toMatchObject({ status: 409, body: { code: 'state_conflict', message: 'The replay is cancelled' } });
    expect((await call('POST', `/api/webhooks/${id}/replay`, range)).status).toBe(202);
    const page = await call<{ data: Replay[]; next_cursor: string | null }>('GET', `/api/webhooks/${id}/replays?limit=1`);
    expect(page.body).toMatchObject({ data: [{ status: 'running' }], next_cursor: expect.stringMatching(/^rpl_/) });
    const second = await call<{ data: Replay[]; next_cursor: string | null }>('GET', `/api/webhooks/${id}/replays?limit=1&cursor=${page.body.next_cursor ?? ''}`);
    expect(second.body).toMatchObject({ data: [{ id: replay.id, status: 'cancelled' }], next_cursor: null });
  });

  it('of twenty requests at once begins one', async () => {
    const id = await webhook();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', `/api/webhooks/${id}/replay`, range)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array<number>(19).fill(409)]);
  });

  it('is not begun for a webhook that is not enabled', async () => {
    const id = await webhook({ enabled: false });
    expect(await call('POST', `/api/webhooks/${id}/replay`, range)).toMatchObject({ status: 409, body: { code: 'webhook_not_enabled', message: expect.stringContaining('enable it first') } });
  });

  it('is not seen by a key of another group', async () => {
    const id = await webhook({ groupId: api.groupId });
    const { body: { id: group } } = await call<{ id: string }>('POST', '/api/profile_groups', { name: 'Else' });
    const stranger = await api.issueKey({ groupId: group });
    expect((await call('GET', `/api/webhooks/${id}/replays`, null, {}, stranger)).status).toBe(404);
    expect((await call('POST', `/api/webhooks/${id}/replay`, range, {}, stranger)).status).toBe(404);
    expect((await call('GET', `/api/webhooks/${id}/replays`, null, {}, await api.issueKey({ groupId: api.groupId }))).status).toBe(200);
  });

  it.each<[string, object, number, string]>([
    ['without a beginning', { to: ago(0) }, 400, 'param is missing or the value is empty: from'],
    ['that ends before it begins', { from: ago(10), to: ago(20) }, 422, 'from must be before to'],
    ['of what is to come', { from: ago(-10), to: ago(-20) }, 422, 'from must be in the past'],
    ['of a type that there is not', { ...range, events: ['post.invented'] }, 422, 'events must be types of events, families such as post.*, or *'],
    ['of no moment', { ...range, from: 'yesterday' }, 422, 'from must be an ISO 8601 date and time'],
  ])('is refused %s', async (_name, body, status, message) => {
    expect(await call('POST', `/api/webhooks/${await webhook()}/replay`, body)).toMatchObject({ status, body: { message } });
  });
});
