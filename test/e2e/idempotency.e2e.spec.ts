import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateApiKey, openAccountsAdmin } from '#features/accounts/index';
import { probePort } from '#infra/database/embedded/free-port';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { ApiClient, type Answer } from './platform/api-client.js';
import { TestProcess } from './platform/child-process.js';

interface View {
  readonly id?: string;
  readonly name?: string;
  readonly code?: string;
}

let database: TestDatabase;
/** Past every wall, and the one that holds things up. */
let [sql, holder]: [Client, Client] = [] as never;
const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-idempotency-'));
const processes: TestProcess[] = [];
const clients: ApiClient[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  [sql, holder] = [new Client({ connectionString: database.url }), new Client({ connectionString: database.url, application_name: 'holder' })];
  await Promise.all([sql.connect(), holder.connect()]);
  const [encryption, apiKey] = [randomBytes(32), generateApiKey()];
  const admin = openAccountsAdmin({ databaseUrl: database.url, encryptionKeys: [{ id: 'k1', key: encryption }] }, 'instagram');
  await admin.bootstrapInstallation({ apiKey, demoAccount: null }).finally(() => admin.close());
  for (const port of [await probePort(0), await probePort(0)]) {
    processes.push(new TestProcess('apps/api/main.js', { HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: database.url, HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${encryption.toString('base64')}` }));
    clients.push(new ApiClient(`http://127.0.0.1:${port}`, apiKey));
  }
  await Promise.all(processes.map((api) => api.start()));
  // Commits of new groups can be held up, too: the moment between the last statement and the answer.
  await sql.query(`CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON profile_group DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()`);
}, 60_000);
afterAll(async () => {
  await Promise.all(processes.map((api) => api.stop()));
  await Promise.all([sql?.end(), holder?.end()]);
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

let [name, key]: [string, string] = [] as never;
beforeEach(() => {
  [name, key] = [randomUUID(), randomUUID()];
});

const send = (api: number, signal?: AbortSignal): Promise<Answer<View>> => {
  const client = clients[api];
  if (!client) throw new Error(`There is no API ${String(api)}`);
  if (!signal) return client.call<View>('POST', '/api/profile_groups', { name }, { 'idempotency-key': key });
  const headers = { authorization: `Bearer ${client.key}`, 'content-type': 'application/json', 'idempotency-key': key };
  return fetch(`${client.url}/api/profile_groups`, { method: 'POST', headers, body: JSON.stringify({ name }), signal }).then(() => Promise.reject(new Error('It was answered')));
};
const effects = async (): Promise<number> => (await sql.query('SELECT 1 FROM profile_group WHERE name = $1', [name])).rows.length;
const entries = async (id: string | undefined): Promise<number> => (await sql.query('SELECT 1 FROM audit_entry WHERE target_id = $1', [id])).rows.length;
const waiting = async (): Promise<number[]> =>
  (await sql.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).rows.map(({ pid }) => pid);
/** As if the minute were over that a silent holder is trusted. */
const letTheMinutePass = (): Promise<unknown> => sql.query('UPDATE idempotency_key SET locked_until = now() WHERE id = $1 AND status IS NULL', [key]);

/** The moments of a write, each with what makes it last. */
const moments = [
  { moment: 'before its key is claimed', hold: 'LOCK TABLE idempotency_key IN ACCESS EXCLUSIVE MODE', isCommitted: false },
  { moment: 'between claim and change', hold: 'LOCK TABLE profile_group IN ACCESS EXCLUSIVE MODE', isCommitted: false },
  { moment: 'between change and audit', hold: 'LOCK TABLE audit_entry IN EXCLUSIVE MODE', isCommitted: false },
  { moment: 'with the commit under way', hold: 'SELECT pg_advisory_xact_lock(1)', isCommitted: true },
];

/** Runs `act` while the first request stands still at that moment. */
async function atMoment(hold: string, first: () => Promise<unknown>, act: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  await holder.query('BEGIN');
  await holder.query(hold);
  const running = first().then((value) => ({ status: 'fulfilled' as const, value }), (reason: unknown) => ({ status: 'rejected' as const, reason }));
  try {
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000, interval: 20 }).toBe(1);
    await act();
  } finally {
    await holder.query('ROLLBACK');
  }
  // What was sent to the database goes on there, whoever sent it.
  await expect.poll(async () => (await waiting()).length, { timeout: 10_000, interval: 20 }).toBe(0);
  return running;
}

describe.each(moments)('an API process that is killed $moment', ({ hold, isCommitted }) => {
  it('has done all or nothing, and the repetition gets the one answer', async () => {
    expect(await atMoment(hold, () => send(0), () => processes[0]?.kill() ?? Promise.reject(new Error('No process')))).toMatchObject({ status: 'rejected' });
    await processes[0]?.start();
    if (isCommitted) await expect.poll(effects).toBe(1);
    else expect(await send(1)).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } });
    await letTheMinutePass();
    const repeated = await send(1);
    expect(repeated).toMatchObject({ status: 201, body: { name } });
    expect(repeated.headers.get('idempotent-replayed')).toBe(isCommitted ? 'true' : null);
    expect((await send(0)).body).toEqual(repeated.body);
    expect([await effects(), await entries(repeated.body.id)]).toEqual([1, 1]);
  }, 60_000);
});

describe.each(moments)('a connection to the database that is cut $moment', ({ hold }) => {
  it('is a 503 after which the same key works', async () => {
    const first = await atMoment(hold, () => send(0), async () => sql.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [await waiting()]));
    expect(first).toMatchObject({ status: 'fulfilled', value: { status: 503, body: { code: 'service_unavailable' } } });
    expect(await effects()).toBe(0);
    await expect.poll(() => send(1).then(({ status }) => status), { timeout: 10_000 }).toBe(201);
    expect(await effects()).toBe(1);
  }, 60_000);
});

describe.each(moments)('a client that goes away $moment', ({ hold }) => {
  it('finds the answer when it comes back', async () => {
    const leaving = new AbortController();
    await atMoment(hold, () => send(0, leaving.signal), () => Promise.resolve(leaving.abort()));
    await expect.poll(effects).toBe(1);
    await expect.poll(() => send(1).then(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([201, 'true']);
    expect(await effects()).toBe(1);
  }, 60_000);
});

describe('two API processes', () => {
  it('let one of a hundred parallel requests through', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => send(index % 2)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, body } of answers) if (status !== 201) expect([status, body.code]).toEqual([409, 'idempotency_key_in_flight']);
    expect([await effects(), await entries(made[0]?.body.id)]).toEqual([1, 1]);
  }, 60_000);
});
