import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { Pool } from 'undici';
import { newId } from '#kernel/ids';
import { everyPermission, generateApiKey, openAccountsAdmin, parseApiKey } from '#features/accounts/index';
import { readSettings } from '#infra/config/settings';
import { probePort } from '#infra/database/embedded/free-port';
import { createLogger } from '#infra/logging/logger';
import type { TestSandbox } from '#testing/sandbox';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { createApi } from '../../apps/api/api.js';
import { WorkerModule } from '../../apps/worker/worker.module.js';
import type { FuzzAnswer } from './answer-check.js';
import type { FuzzRequest } from './request.arbitrary.js';

interface KeyWish {
  readonly workspaceId?: string;
  readonly groupId?: string | null;
  readonly permissions?: readonly string[];
  readonly expiresAt?: Date | null;
  readonly isRevoked?: boolean;
}

const silent = createLogger({ name: 'fuzz', level: 'silent' });

/** The API on a real socket and a real database, for requests by the thousand. */
export class LiveApi {
  private constructor(
    readonly key: string,
    readonly workspaceId: string,
    readonly profileId: string,
    readonly groupId: string,
    private readonly app: NestFastifyApplication,
    private readonly database: TestDatabase,
    private readonly sql: Client,
    private readonly pool: Pool,
    private readonly settings: Parameters<typeof createApi>[0],
    private readonly userId: string,
  ) {}

  /** Without a sandbox nobody plays the network: its address leads nowhere. */
  static async start(connections: number, sandbox: TestSandbox | null = null, environment: Readonly<Record<string, string>> = {}): Promise<LiveApi> {
    const database = await createTestDatabase();
    const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-fuzz-'));
    const encryption = randomBytes(32);
    const key = generateApiKey();
    const account = await sandbox?.createAccount({ username: `brand_${randomBytes(4).toString('hex')}` });
    const demoAccount = account ? { userId: account.user_id, id: account.id, username: account.username, accessToken: account.access_token } : { userId: '17841400000000001', id: '1', username: 'brand', accessToken: 'token' };
    const admin = openAccountsAdmin({ databaseUrl: database.url, encryptionKeys: [{ id: 'k1', key: encryption }] }, 'instagram');
    const made = await admin.bootstrapInstallation({ apiKey: key, demoAccount }).finally(() => admin.close());
    const port = (await probePort(0)) ?? 0;
    const settings = readSettings({ HOST: '127.0.0.1', PORT: String(port), HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${encryption.toString('base64')}`, EGRESS_ALLOW: '127.0.0.0/8', API_RATE_LIMIT: '0', PUBLISH_SPACING_SECONDS: '0', ...(sandbox ? { INSTAGRAM_GRAPH_URL: sandbox.url } : {}), ...environment });
    const ours = { ...settings, databaseUrl: database.url };
    const app = await createApi(ours, silent);
    await app.listen(port, '127.0.0.1');
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const pool = new Pool(await app.getUrl(), { connections, bodyTimeout: 30_000, headersTimeout: 30_000 });
    return new LiveApi(key, made.workspaceId, made.profileId ?? '', made.profileGroupId, app, database, sql, pool, ours, demoAccount.userId);
  }

  async send({ method, url, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const answer = await this.pool.request({ method: method, path: url, headers: { ...headers }, body });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }

  url(): Promise<string> {
    return this.app.getUrl();
  }

  /** Everything the caller has, again in a workspace of somebody else under the same ids: whoever forgets the workspace in a query hits it. */
  async copyWorkspace(other: string, texts: string): Promise<void> {
    // Copies arrive in no order; the originals have kept every foreign key.
    await this.sql.query('SET session_replication_role = replica');
    await this.sql.query('INSERT INTO workspace SELECT (jsonb_populate_record(w, jsonb_build_object(\'id\', $2::text))).* FROM workspace w WHERE id = $1', [this.workspaceId, other]);
    for (const table of await this.tenantTables()) {
      if (table !== 'api_key') await this.sql.query(`INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('workspace_id', $2::text))).* FROM ${table} t WHERE workspace_id = $1`, [this.workspaceId, other]);
    }
    await this.sql.query('UPDATE post SET body = $2 WHERE workspace_id = $1', [other, texts]);
    await this.sql.query('UPDATE profile SET name = $2 WHERE workspace_id = $1', [other, texts]);
    await this.sql.query('SET session_replication_role = DEFAULT');
  }

  /** Another key, as wide or narrow as asked. */
  async issueKey({ workspaceId = this.workspaceId, groupId = null, permissions = everyPermission, expiresAt = null, isRevoked = false }: KeyWish = {}): Promise<string> {
    const text = generateApiKey();
    const key = parseApiKey(text);
    await this.sql.query(
      `INSERT INTO api_key (workspace_id, id, name, prefix, secret_hash, profile_group_id, permissions, created_at, expires_at, revoked_at)
       VALUES ($1, $2, 'issued', $3, $4, $5, $6, now(), $7, CASE WHEN $8 THEN now() END)`,
      [workspaceId, newId('apiKey'), key?.prefix, key?.secretHash, groupId, permissions, expiresAt, isRevoked],
    );
    return text;
  }

  /** SQL past every wall. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.sql.query<Row>(text, values)).rows;
  }

  /** Runs a statement in a transaction of its own and keeps what it locks, until the answer is called. */
  async hold(text: string, values: unknown[]): Promise<() => Promise<void>> {
    const holder = new Client({ connectionString: this.settings.databaseUrl ?? '' });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(text, values);
    return async () => {
      await holder.query('COMMIT');
      await holder.end();
    };
  }

  /** How many connections wait for a lock. */
  async countWaiting(): Promise<number> {
    const [row] = await this.query<{ count: number }>("SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
    return row?.count ?? 0;
  }

  /** What stands outside the caller's workspace, as texts to compare. */
  rowsOutside(): Promise<Record<string, unknown>> {
    return this.rowsOf('workspace_id <> $1', [this.workspaceId]);
  }

  /** The rows of all tenants' tables that fulfil a condition, as one text for each table; but for when a key was used last, which is written whenever there is time. */
  async rowsOf(condition: string, values: unknown[]): Promise<Record<string, unknown>> {
    const rows: Record<string, unknown> = {};
    for (const table of await this.tenantTables()) {
      const [found] = await this.query<{ rows: string }>(`SELECT count(*) || ' ' || md5(coalesce(string_agg(fact, '|' ORDER BY fact), '')) AS rows
        FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS fact FROM ${table} t WHERE ${condition}) facts`, values);
      rows[table] = found?.rows;
    }
    return rows;
  }

  get dataDir(): string {
    return this.settings.dataDir;
  }

  get encryptionKeys(): Parameters<typeof createApi>[0]['encryptionKeys'] {
    return this.settings.encryptionKeys;
  }

  /** A worker beside it, on the same rows. */
  async startWorker(): Promise<{ close(): Promise<void> }> {
    return NestFactory.createApplicationContext(WorkerModule.for(this.settings, silent), { logger: false, abortOnError: false });
  }

  /** The account at the network that the profile is. */
  get accountId(): string {
    return this.userId;
  }

  async close(): Promise<void> {
    await this.pool.close();
    await this.app.close();
    await this.sql.end();
    await this.database.drop();
    rmSync(this.settings.dataDir, { recursive: true, force: true });
  }

  private async tenantTables(): Promise<string[]> {
    const found = await this.sql.query<{ name: string }>("SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'workspace_id' ORDER BY 1");
    return found.rows.map(({ name }) => name);
  }
}
