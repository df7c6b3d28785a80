import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey, openAccountsAdmin } from '#features/accounts/index';
import { probePort } from '#infra/database/embedded/free-port';
import { TestSandbox } from '#testing/sandbox';
import type { SandboxAccount } from '#testing/sandbox-api';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { ApiClient } from './api-client.js';
import { Bystander } from './bystander.js';
import { TestProcess } from './child-process.js';

export interface PlatformOptions {
  /** Null: the queue lives in PostgreSQL. */
  readonly redisUrl?: string | null;
  readonly environment?: Readonly<Record<string, string>>;
  /** Base64 of 32 bytes; random by default. */
  readonly encryptionKey?: string;
  /** How the account was connected; default Instagram Login. */
  readonly login?: 'instagram' | 'facebook';
  /** Containers take a while and fresh posts cannot be read at once, as at the real Instagram. Each costs a pause of the worker's. */
  readonly isUnhurried?: boolean;
  /** Posts of one account are spaced as in an installation that sets nothing. */
  readonly hasDefaultPace?: boolean;
}

const unhurried = { processing_ms: 300, permalink_delay_ms: 500 };

/** The whole platform as processes: PostgreSQL, sandbox, API and one worker, with a workspace and a connected account. */
export class Platform {
  private constructor(
    readonly api: ApiClient,
    readonly sandbox: TestSandbox,
    readonly account: SandboxAccount,
    readonly apiProcess: TestProcess,
    readonly worker: TestProcess,
    readonly database: TestDatabase,
    readonly dataDir: string,
    private readonly bystander: Bystander,
  ) {}

  static async start(options: PlatformOptions = {}): Promise<Platform> {
    const [database, sandbox, port] = await Promise.all([createTestDatabase(), TestSandbox.start(), probePort(0)]);
    const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-e2e-'));
    const key = options.encryptionKey ? Buffer.from(options.encryptionKey, 'base64') : randomBytes(32);
    const environment = {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: database.url,
      HELIOGRAPH_DATA: dataDir,
      ENCRYPTION_KEYS: `k1:${key.toString('base64')}`,
      INSTAGRAM_GRAPH_URL: sandbox.url,
      // Tests serve their media from loopback.
      EGRESS_ALLOW: '127.0.0.0/8',
      // Many posts of one account in a short time; how they are spaced is told by limits.e2e.spec.ts and default-pace.e2e.spec.ts.
      ...(options.hasDefaultPace ? {} : { PUBLISH_SPACING_SECONDS: '0' }),
      ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : {}),
      ...options.environment,
    };
    const account = await sandbox.createAccount({ username: `brand_${randomBytes(4).toString('hex')}` });
    await sandbox.settings(account.user_id, options.isUnhurried ? unhurried : { processing_ms: 0, permalink_delay_ms: 0 });
    const apiKey = await connect(database.url, key, options.login === 'facebook' ? { ...account, access_token: account.facebook.page_token } : account);
    const bystander = await Bystander.settle(database.url);
    const apiProcess = new TestProcess('apps/api/main.js', environment);
    const worker = new TestProcess('apps/worker/main.js', environment);
    await Promise.all([apiProcess.start(), worker.start()]);
    return new Platform(new ApiClient(`http://127.0.0.1:${port}`, apiKey), sandbox, account, apiProcess, worker, database, dataDir, bystander);
  }

  async close(): Promise<void> {
    await Promise.all([this.apiProcess.stop(), this.worker.stop()]);
    await this.bystander.expectUntouched();
    await Promise.all([this.sandbox.close(), this.database.drop()]);
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** What really happened on Instagram. */
  ledger(): ReturnType<TestSandbox['ledger']> {
    return this.sandbox.ledger(this.account.user_id);
  }
}

async function connect(databaseUrl: string, key: Buffer, account: SandboxAccount): Promise<string> {
  const apiKey = generateApiKey();
  const admin = openAccountsAdmin({ databaseUrl, encryptionKeys: [{ id: 'k1', key }] }, 'instagram');
  try {
    await admin.bootstrapInstallation({ apiKey, demoAccount: { userId: account.user_id, id: account.id, username: account.username, accessToken: account.access_token } });
    return apiKey;
  } finally {
    await admin.close();
  }
}
