import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { generateApiKey, openAccountsAdmin } from '#features/accounts/index';
import { formatKeyRing } from '#infra/config/child-environment';
import { EmbeddedPostgres } from '#infra/database/embedded/embedded-postgres';
import { probePort } from '#infra/database/embedded/free-port';
import { startRedis, type TestRedis } from '#testing/redis-server';
import { SandboxApi } from '#testing/sandbox-api';
import { onOurDeath, type Watchdog } from '#testing/watchdog';
import { applyMigrations } from '../../prisma/migrate.js';
import { ApiClient } from '../e2e/platform/api-client.js';
import { Bystander } from '../e2e/platform/bystander.js';
import { ChaosProcess, type ProcessPlan } from './chaos-process.js';
import { FaultProxy } from './fault-proxy.js';
import { WorkerCrew } from './worker-crew.js';

export type Backend = 'postgres' | 'redis';

export interface StageOptions {
  readonly backend: Backend;
  readonly cache: string;
  readonly workers: number;
  /** Files loaded into the workers besides the crash points. */
  readonly preloads?: readonly string[];
}

const dist = resolve(import.meta.dirname, '../..');
const preload = (name: string, query: Record<string, string> = {}): string =>
  `${pathToFileURL(join(import.meta.dirname, `preload/${name}.preload.js`)).href}?${new URLSearchParams(query).toString()}`;

/**
 * A whole installation of its own: PostgreSQL, Redis or not, sandbox, API and workers as processes, with a bad line between the
 * application and each of the three.
 */
export class Stage {
  readonly crew: WorkerCrew;
  private closers: (() => Promise<unknown> | void)[] = [];

  private constructor(
    readonly options: StageOptions,
    readonly folder: string,
    readonly postgres: EmbeddedPostgres,
    readonly databaseUrl: string,
    readonly sandbox: SandboxApi,
    readonly api: ApiClient,
    readonly lines: { readonly database: FaultProxy; readonly network: FaultProxy; readonly redis: FaultProxy | null },
    private readonly redis: { current: TestRedis | null },
    private readonly bystander: Bystander,
    private readonly workerPlan: ProcessPlan,
  ) {
    this.crew = new WorkerCrew(workerPlan);
  }

  static async open(options: StageOptions): Promise<Stage> {
    mkdirSync(options.cache, { recursive: true });
    const folder = mkdtempSync(join(options.cache, 'run-'));
    const closers: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      const stage = await build(options, folder, closers);
      stage.closers = closers;
      return stage;
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  static async build(options: StageOptions, folder: string, closers: (() => Promise<unknown> | void)[]): Promise<Stage> {
    const postgres = new EmbeddedPostgres({ dataDir: join(folder, 'postgres'), settings: { fsync: 'off', full_page_writes: 'off' } });
    const { url: databaseUrl } = await postgres.start();
    closers.push(() => postgres.stop());
    const watchdog = watch(folder);
    closers.push(() => watchdog.cancel());
    await applyMigrations(databaseUrl);
    const redis = { current: options.backend === 'redis' ? await startRedis() : null };
    closers.push(() => redis.current?.stop());
    const lines = { database: await FaultProxy.start(databaseUrl), network: await FaultProxy.start('http://127.0.0.1:1'), redis: redis.current && await FaultProxy.start(redis.current.url) };
    closers.push(() => Promise.all([lines.database.stop(), lines.network.stop(), lines.redis?.stop()]));
    const sandboxProcess = await ChaosProcess.start({ main: join(dist, 'apps/sandbox/main.js'), args: ['--port', '0', '--data', join(folder, 'sandbox')], logFile: join(folder, 'sandbox.log') });
    closers.push(() => sandboxProcess.process.end('SIGTERM'));
    const sandbox = new SandboxApi(() => sandboxProcess.url);
    lines.network.lead(sandboxProcess.url);
    const key = randomBytes(32);
    const port = await probePort(0);
    const environment = {
      HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', HELIOGRAPH_DATA: join(folder, 'data'),
      DATABASE_URL: lines.database.through(databaseUrl), INSTAGRAM_GRAPH_URL: lines.network.through(sandboxProcess.url),
      ENCRYPTION_KEYS: formatKeyRing([{ id: 'k1', key }]), API_RATE_LIMIT: '0',
      // What would make a post wait for reasons of its own: the pace of a profile, the same picture again, a worker whose clock says that an hour has passed.
      PUBLISH_SPACING_SECONDS: '0', COMMENTS_PER_HOUR: '0', DUPLICATE_WINDOW_HOURS: '0', OVERDUE_AFTER_MINUTES: '240',
      ...(redis.current && lines.redis ? { REDIS_URL: lines.redis.through(redis.current.url) } : {}),
    };
    const apiKey = await bootstrap(databaseUrl, key, sandbox);
    const bystander = await Bystander.settle(databaseUrl);
    // On good lines of its own: what may happen to a request for a post is proved elsewhere.
    const apiEnvironment = { ...environment, DATABASE_URL: databaseUrl, INSTAGRAM_GRAPH_URL: sandboxProcess.url };
    const apiProcess = await ChaosProcess.start({ main: join(dist, 'apps/api/main.js'), environment: apiEnvironment, logFile: join(folder, 'api.log') });
    closers.push(() => apiProcess.process.end('SIGTERM'));
    const crashes = join(folder, 'crashes');
    mkdirSync(crashes);
    const workerPlan = { main: join(dist, 'apps/worker/main.js'), environment, logFile: join(folder, 'worker.log'), preloads: [preload('crash-points', { folder: crashes }), ...(options.preloads ?? [])] };
    const stage = new Stage(options, folder, postgres, databaseUrl, sandbox, new ApiClient(`http://127.0.0.1:${port}`, apiKey), lines, redis, bystander, workerPlan);
    closers.push(() => stage.crew.stop('SIGKILL'));
    await stage.crew.start(options.workers);
    return stage;
  }

  /** A worker beside the crew whose wall clock is wrong. */
  async startShifted(offsetMs: number): Promise<ChaosProcess> {
    const plan = { ...this.workerPlan, preloads: [...(this.workerPlan.preloads ?? []), preload('clock', { offset: String(offsetMs) })] };
    return ChaosProcess.spawn(plan);
  }

  /** Its data are gone, as they are without persistence. */
  async restartRedis(): Promise<void> {
    if (!this.redis.current || !this.lines.redis) return;
    await this.redis.current.stop();
    this.lines.redis.reset();
    this.redis.current = await startRedis();
    this.lines.redis.lead(this.redis.current.url);
  }

  get redisUrl(): string | null {
    return this.redis.current?.url ?? null;
  }

  async query<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const client = new Client({ connectionString: this.databaseUrl, application_name: 'chaos' });
    // A session that is cut fails its query as well, which is where it is told.
    client.on('error', () => undefined);
    await client.connect();
    return client.query<T>(sql, [...values]).then(({ rows }) => rows).finally(() => client.end());
  }

  /** What a bystander would see wrong: null when nothing of theirs has changed. */
  async disturbance(): Promise<string | null> {
    return this.bystander.expectUntouched().then(() => null, (error: unknown) => String(error));
  }

  /** The tail of what the workers said. */
  workerLog(): string {
    const file = join(this.folder, 'worker.log');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-20_000) : '';
  }

  async close(): Promise<void> {
    await closeAll(this.closers);
  }
}

const build = Stage.build.bind(Stage);

/** Last opened, first closed; one that fails does not keep the others open. */
async function closeAll(closers: readonly (() => Promise<unknown> | void)[]): Promise<void> {
  for (const close of [...closers].reverse()) await Promise.resolve(close()).catch((error: unknown) => console.error(`Closing: ${String(error)}`));
}

function watch(folder: string): Watchdog {
  const pid = readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  return onOurDeath('kill -INT "$1"; sleep 2; rm -rf "$2"', [pid, folder]);
}

async function bootstrap(databaseUrl: string, key: Buffer, sandbox: SandboxApi): Promise<string> {
  const account = await sandbox.createAccount({ username: 'first' });
  const apiKey = generateApiKey();
  const admin = openAccountsAdmin({ databaseUrl, encryptionKeys: [{ id: 'k1', key }] }, 'instagram');
  try {
    await admin.bootstrapInstallation({ apiKey, demoAccount: { userId: account.user_id, id: account.id, username: account.username, accessToken: account.access_token } });
    return apiKey;
  } finally {
    await admin.close();
  }
}
