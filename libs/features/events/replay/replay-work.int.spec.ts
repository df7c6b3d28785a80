import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { newId } from '#kernel/ids';
import { SystemDatabase } from '#infra/database/database';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { ReplayWorkRepository } from './replay-work.repository.js';

const minute = 60_000;
/** Events begin here, a second apart; a replay is of all of them. */
const begin = new Date('2026-11-20T00:00:00Z');
const now = new Date('2026-11-22T10:00:00Z');

let files: TestDatabase;
let databases: SystemDatabase[];
let workers: ReplayWorkRepository[];
let sql: Client;
let workspaceId: string;
let endpointId: string;

beforeAll(async () => {
  files = await createTestDatabase();
  databases = Array.from({ length: 2 }, () => new SystemDatabase({ url: files.url, poolSize: 4 }));
  workers = databases.map((database) => new ReplayWorkRepository(database));
  sql = new Client({ connectionString: files.url });
  await sql.connect();
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.$disconnect()));
  await sql.end();
  await files.drop();
});

beforeEach(async () => {
  [workspaceId, endpointId] = [newId('workspace'), newId('webhookEndpoint')];
  await sql.query('UPDATE webhook_replay SET due_at = NULL');
  await sql.query("INSERT INTO workspace VALUES ($1, 'Test', now())", [workspaceId]);
  await sql.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, 'grp_a', 'A', now())", [workspaceId]);
  await sql.query("INSERT INTO webhook_endpoint (workspace_id, id, url, events, created_at, updated_at) VALUES ($1, $2, 'https://example.com', '{post.*,profile.connected}', now(), now())", [workspaceId, endpointId]);
  await sql.query('INSERT INTO webhook_pump (workspace_id, endpoint_id) VALUES ($1, $2)', [workspaceId, endpointId]);
});

/** Events by the number: even ones are of posts, odd ones of comments; every tenth belongs to no group. */
async function makeEvents(count: number): Promise<void> {
  await sql.query(
    `INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at, seq)
     SELECT $1, 'evt_' || lpad(n::text, 8, '0'), CASE WHEN n % 10 > 0 THEN 'grp_a' END, CASE n % 2 WHEN 0 THEN 'post.processed' ELSE 'comment.created' END,
       jsonb_build_object('id', 'post_1', 'platforms', jsonb_build_array(jsonb_build_object('id', 'prof_' || n % 3))), $2::timestamptz + n * interval '1 second', n
     FROM generate_series(1, $3::int) n`, [workspaceId, begin, count]);
}

async function makeReplay(last: number, fields: { events?: string[]; onlyFailed?: boolean; from?: Date; to?: Date } = {}): Promise<string> {
  const id = newId('webhookReplay');
  await sql.query(
    `INSERT INTO webhook_replay (workspace_id, id, endpoint_id, from_at, to_at, events, only_failed, total, last_seq, due_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $9, $9)`,
    [workspaceId, id, endpointId, fields.from ?? begin, fields.to ?? now, fields.events ?? [], fields.onlyFailed ?? false, last, now]);
  return id;
}

/** Until nothing is due at this time. */
async function work(worker = workers[0], at = now): Promise<(string | null)[]> {
  const steps: (string | null)[] = [];
  for (let count = 0; count < 500; count += 1) {
    steps.push((await worker?.advance(at)) ?? null);
    if (steps.at(-1) === null) return steps;
  }
  throw new Error('It does not end');
}

const seqs = async (replayId: string): Promise<number[]> =>
  (await sql.query<{ seq: string }>('SELECT seq FROM webhook_delivery WHERE workspace_id = $1 AND replay_id = $2 ORDER BY id', [workspaceId, replayId])).rows.map(({ seq }) => Number(seq));
const row = async (id: string): Promise<Record<string, unknown>> => (await sql.query<Record<string, unknown>>('SELECT * FROM webhook_replay WHERE id = $1', [id])).rows[0] ?? {};
const end = (replayId: string, state: string): Promise<unknown> => sql.query('UPDATE webhook_delivery SET state = $3::webhook_delivery_state, next_attempt_at = NULL WHERE workspace_id = $1 AND replay_id = $2', [workspaceId, replayId, state]);
const numbers = (from: number, to: number, step = 1): number[] => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

describe('a replay', () => {
  it('makes one delivery for each event that is wanted, in the order of their numbers, and wakes the pump', async () => {
    await makeEvents(2_500);
    const id = await makeReplay(2_500);
    expect(await work()).toEqual(['make', 'make', 'make', 'wait', null]);
    expect(await seqs(id)).toEqual(numbers(2, 2_500, 2));
    expect(await row(id)).toMatchObject({ queued: '1250', cursor_seq: '2500', status: 'running', due_at: new Date(now.getTime() + 2_000) });
    expect((await sql.query('SELECT due_at FROM webhook_pump WHERE endpoint_id = $1', [endpointId])).rows).toEqual([{ due_at: now }]);
    const [delivery] = (await sql.query<object>("SELECT * FROM webhook_delivery WHERE replay_id = $1 AND seq = 2", [id])).rows;
    expect(delivery).toMatchObject({ endpoint_id: endpointId, event_id: 'evt_00000002', event_type: 'post.processed', kind: 'replay', state: 'pending', attempts: 0, next_attempt_at: now, body: null });
  });

  it('is completed when all its deliveries are at their end, and remembers how they ended', async () => {
    await makeEvents(20);
    const id = await makeReplay(20);
    await work();
    await end(id, 'delivered');
    await sql.query("UPDATE webhook_delivery SET state = 'dead' WHERE replay_id = $1 AND seq <= 4", [id]);
    expect(await work(workers[0], new Date(now.getTime() + 3_000))).toEqual(['finish', null]);
    expect(await row(id)).toMatchObject({ status: 'completed', delivered: '8', failed: '2', due_at: null, finished_at: new Date(now.getTime() + 3_000) });
  });

  it.each<[string, Parameters<typeof makeReplay>[1], string, number[]]>([
    ['types', { events: ['comment.created'] }, 'SELECT', []],
    ['types that the endpoint has', { events: ['post.processed', 'comment.*'] }, 'SELECT', numbers(2, 40, 2)],
    ['times', { from: new Date(begin.getTime() + 10_000), to: new Date(begin.getTime() + 20_000) }, 'SELECT', numbers(10, 20, 2)],
    ['the group of the endpoint', {}, "UPDATE webhook_endpoint SET profile_group_id = 'grp_a' WHERE id = $1", numbers(2, 40, 2).filter((n) => n % 10 > 0)],
    ['the profiles of the endpoint', {}, "UPDATE webhook_endpoint SET profile_ids = '{prof_1,prof_x}' WHERE id = $1", numbers(4, 40, 6)],
    ['whole families', {}, "UPDATE webhook_endpoint SET events = '{*}' WHERE id = $1", numbers(1, 40)],
  ])('keeps to %s', async (_name, fields, change, expected) => {
    await makeEvents(40);
    if (change !== 'SELECT') await sql.query(change, [endpointId]);
    const id = await makeReplay(40, fields);
    await work();
    expect(await seqs(id)).toEqual(expected);
  });

  it('of what failed leaves out events of which a delivery has arrived', async () => {
    await makeEvents(20);
    await sql.query("UPDATE event SET data = '{}' WHERE workspace_id = $1", [workspaceId]);
    const earlier = await makeReplay(20);
    await work();
    await end(earlier, 'dead');
    await sql.query("UPDATE webhook_delivery SET state = 'delivered' WHERE replay_id = $1 AND seq > 6", [earlier]);
    await work(workers[0], new Date(now.getTime() + minute));
    const id = await makeReplay(20, { onlyFailed: true });
    await work(workers[1], new Date(now.getTime() + minute));
    expect(await seqs(id)).toEqual([2, 4, 6]);
  });

  it('never has more than twenty thousand deliveries waiting', async () => {
    await sql.query("UPDATE webhook_endpoint SET events = '{*}' WHERE id = $1", [endpointId]);
    await makeEvents(20_500);
    const id = await makeReplay(20_500);
    expect((await work()).filter((step) => step === 'make')).toHaveLength(20);
    expect(await row(id)).toMatchObject({ queued: '20000', due_at: new Date(now.getTime() + 1_000) });
    await sql.query("UPDATE webhook_delivery SET state = 'delivered', next_attempt_at = NULL WHERE replay_id = $1 AND seq <= 1000", [id]);
    await work(workers[0], new Date(now.getTime() + 1_000));
    expect(await seqs(id)).toEqual(numbers(1, 20_500));
  }, 30_000);

  it('makes nothing while the endpoint is not enabled, and goes on afterwards', async () => {
    await makeEvents(20);
    const id = await makeReplay(20);
    await sql.query("UPDATE webhook_endpoint SET enabled = false, disabled_reason = 'paused' WHERE id = $1", [endpointId]);
    expect(await work()).toEqual(['wait', null]);
    await sql.query('UPDATE webhook_endpoint SET enabled = true WHERE id = $1', [endpointId]);
    expect(await work(workers[0], new Date(now.getTime() + minute))).toEqual(['make', 'wait', null]);
    expect(await seqs(id)).toHaveLength(10);
  });

  it('that is cancelled takes back what waits, and nothing that was sent', async () => {
    await makeEvents(6_000);
    const id = await makeReplay(6_000);
    await work();
    await sql.query("UPDATE webhook_delivery SET state = 'delivered', next_attempt_at = NULL WHERE replay_id = $1 AND seq <= 100", [id]);
    await sql.query("UPDATE webhook_replay SET status = 'cancelled', due_at = $2 WHERE id = $1", [id, now]);
    expect(await work()).toEqual(['cancel', 'cancel', 'cancel', 'finish', null]);
    expect(await row(id)).toMatchObject({ status: 'cancelled', delivered: '50', failed: '0', due_at: null, finished_at: now });
    const states = await sql.query('SELECT state::text, count(*)::int FROM webhook_delivery WHERE replay_id = $1 AND next_attempt_at IS NULL GROUP BY 1 ORDER BY 1', [id]);
    expect(states.rows).toEqual([{ state: 'cancelled', count: 2_950 }, { state: 'delivered', count: 50 }]);
  }, 30_000);

  it('of two workers whose connections are cut five times has exactly the wanted set in the end', async () => {
    await sql.query("UPDATE webhook_endpoint SET events = '{*}' WHERE id = $1", [endpointId]);
    await makeEvents(15_000);
    const id = await makeReplay(15_000);
    // Between the deliveries of a batch and its cursor; a sequence counts on through what is undone.
    await sql.query(`CREATE SEQUENCE cuts; CREATE FUNCTION cut_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('cuts') IN (2, 4, 6, 8, 10) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;
      CREATE TRIGGER cut_some AFTER INSERT ON webhook_delivery FOR EACH STATEMENT EXECUTE FUNCTION cut_some()`);
    let failures = 0;
    let isRead = false;
    const drive = async (worker: ReplayWorkRepository): Promise<void> => {
      for (let count = 0; count < 200 && !isRead; count += 1) {
        const step = await worker.advance(now).catch(() => (failures += 1));
        isRead ||= step === 'wait';
      }
    };
    await Promise.all(workers.map(drive));
    await sql.query('DROP TRIGGER cut_some ON webhook_delivery; DROP FUNCTION cut_some; DROP SEQUENCE cuts');
    expect(failures).toBe(5);
    expect(await seqs(id)).toEqual(numbers(1, 15_000));
    expect(await row(id)).toMatchObject({ queued: '15000' });
  }, 60_000);
});
