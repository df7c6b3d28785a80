import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { newId } from '#kernel/ids';
import { secretContext, webhookSecret } from '#infra/crypto/encrypted-columns';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { askProcess } from '../harness/ask-process.js';
import type { BenchGround } from '../harness/ground.js';
import type { Plan } from '../harness/measure.js';
import type { Stage } from '../harness/row.js';
import { ServerProcess } from '../harness/server-process.js';

const built = resolve(import.meta.dirname, '../../..');
const patience = 300_000;
const bodyBytes = 600;

/** A worker and a receiver on this machine, and endpoints of one workspace that all lead to it. */
export class WebhookArena {
  private constructor(private readonly stage: Stage, private readonly receiver: ServerProcess, private readonly database: Client, private readonly endpoints: readonly string[], private readonly closers: (() => Promise<unknown>)[]) {}

  static async open(name: string, count: number, ground: BenchGround, { profileDir }: Pick<Plan, 'profileDir'>): Promise<WebhookArena> {
    const stage = await ground.stage();
    const receiver = await ServerProcess.start({ main: join(import.meta.dirname, 'receiver.process.js'), logFile: join(ground.folder, 'receiver.log') });
    const database = new Client({ connectionString: stage.databaseUrl });
    await database.connect();
    const endpoints = await subscribe(database, stage, `${receiver.url}/hook`, count, ground.encryptionKeys);
    if (profileDir) mkdirSync(profileDir, { recursive: true });
    const worker = await ServerProcess.start({
      main: join(built, 'apps/worker/main.js'),
      nodeOptions: profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name.replace(/\W+/g, '-')}.cpuprofile`] : [],
      environment: { DATABASE_URL: stage.databaseUrl, HELIOGRAPH_DATA: join(stage.floorDir, 'ours'), ENCRYPTION_KEYS: ground.encryptionKeys, WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_PORTS: 'any' },
      logFile: join(ground.folder, 'worker.log'),
    });
    return new WebhookArena(stage, receiver, database, endpoints, [() => worker.stop(), () => database.end(), () => receiver.stop()]);
  }

  /** Calls a second of a bare loop to the same receiver. */
  floor(calls: number, concurrency: number): Promise<number> {
    return askProcess<number>(join(import.meta.dirname, 'request-floor.process.js'), [this.receiver.url, String(calls), String(concurrency), String(bodyBytes)]);
  }

  /** Deliveries of the past, with their events and attempts. */
  async seedHistory(count: number): Promise<void> {
    await this.database.query(seedHistory, [this.stage.workspaceId, this.endpoints, count, newId('webhookDelivery', Date.now() - 60_000).slice(4, 16)]);
    await this.database.query('ANALYZE event, webhook_delivery, webhook_attempt');
  }

  /** Makes so many deliveries due at once and waits for all. @returns deliveries a second, until the last one is logged */
  async deliver(count: number): Promise<number> {
    const rows = Array.from({ length: count }, (_, number) => ({ id: newId('webhookDelivery'), event: newId('event'), endpoint: this.endpoints[number % this.endpoints.length], number }));
    await this.database.query(makeDeliveries, [this.stage.workspaceId, JSON.stringify(rows), 'x'.repeat(bodyBytes - 200)]);
    await this.database.query('CHECKPOINT');
    await this.database.query('UPDATE webhook_pump SET due_at = now()');
    const begun = performance.now();
    for (;;) {
      const { rowCount } = await this.database.query("SELECT FROM webhook_delivery WHERE state = 'pending' LIMIT 1");
      if (rowCount === 0) break;
      if (performance.now() - begun > patience) throw new Error('Deliveries are still pending');
      await pause(20);
    }
    const elapsed = (performance.now() - begun) / 1_000;
    const { rows: [logged] } = await this.database.query<{ delivered: number }>('SELECT count(DISTINCT delivery_id)::int AS delivered FROM webhook_attempt WHERE success AND delivery_id = ANY ($1)', [rows.map(({ id }) => id)]);
    if (logged?.delivered !== count) throw new Error(`${logged?.delivered} of ${count} deliveries are logged`);
    return count / elapsed;
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
  }
}

/** Endpoints that want every event, all at one address. @returns their ids */
export async function subscribe(database: Client, { workspaceId }: Stage, url: string, count: number, keyRing: string): Promise<string[]> {
  const [id = '', key = ''] = keyRing.split(':');
  const cipher = new TokenCipher([{ id, key: Buffer.from(key, 'base64') }]);
  const rows = Array.from({ length: count }, () => {
    const secretId = newId('webhookSecret');
    return { id: newId('webhookEndpoint'), secretId, sealed: cipher.encrypt(`whsec_${randomBytes(32).toString('base64')}`, secretContext(webhookSecret, workspaceId, secretId)) };
  });
  await database.query(makeEndpoints, [workspaceId, JSON.stringify(rows), url]);
  return rows.map((row) => row.id);
}

const makeEndpoints = `
  WITH seed AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS s(id text, "secretId" text, sealed text)), made AS (
    INSERT INTO webhook_endpoint (workspace_id, id, url, events, created_at, updated_at) SELECT $1, id, $3, '{*}', now(), now() FROM seed RETURNING id
  ), pumped AS (
    INSERT INTO webhook_pump (workspace_id, endpoint_id) SELECT $1, id FROM made
  )
  INSERT INTO webhook_secret (workspace_id, id, endpoint_id, secret, created_at) SELECT $1, "secretId", id, sealed, now() FROM seed`;

const makeDeliveries = `
  WITH seed AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS s(id text, event text, endpoint text, number int)), told AS (
    INSERT INTO event (workspace_id, id, type, data, created_at, seq) SELECT $1, event, 'post.processed', jsonb_build_object('number', number, 'text', $3::text), now(), number FROM seed
  )
  INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, seq, next_attempt_at, created_at)
  SELECT $1, id, endpoint, event, 'post.processed', now(), number, now(), now() FROM seed`;

const seedHistory = `
  WITH past AS (SELECT $4 || lpad(n::text, 14, '0') AS tail, ($2::text[])[1 + n % array_length($2::text[], 1)] AS endpoint, date_trunc('milliseconds', now() - interval '1 minute') AS moment FROM generate_series(1, $3::int) AS n), told AS (
    INSERT INTO event (workspace_id, id, type, data, created_at) SELECT $1, 'evt_' || tail, 'post.processed', '{"number": 1}', moment FROM past
  ), tried AS (
    INSERT INTO webhook_attempt (workspace_id, id, endpoint_id, delivery_id, event_id, event_type, event_created_at, kind, attempt_number, success, response_status, request_headers, duration_ms, attempted_at)
    SELECT $1, 'wat_' || tail, endpoint, 'dlv_' || tail, 'evt_' || tail, 'post.processed', moment, 'event', 1, true, 200, '{"content-type": "application/json"}', 3, moment FROM past
  )
  INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, state, attempts, created_at, finished_at)
  SELECT $1, 'dlv_' || tail, endpoint, 'evt_' || tail, 'post.processed', moment, 'delivered', 1, moment, moment FROM past`;
