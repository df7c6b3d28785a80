import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { generateApiKey, openAccountsAdmin } from '#features/accounts/index';
import { formatKeyRing } from '#infra/config/child-environment';
import { EmbeddedPostgres } from '#infra/database/embedded/embedded-postgres';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { onOurDeath, type Watchdog } from '#testing/watchdog';
import { applyMigrations } from '../../../prisma/migrate.js';
import type { Stage } from './row.js';
import { seedPosts, type Tenant } from './seed.js';

const template = 'bench_template';
const keys = [{ id: 'k1', key: randomBytes(32) }];

/** Everything below the measured processes: a PostgreSQL of the run's own, as durable as an installation's, one seeded workspace, a host of pictures. */
export class BenchGround {
  readonly encryptionKeys = formatKeyRing(keys);
  private stages = 0;

  private constructor(
    readonly folder: string,
    readonly serverUrl: string,
    private readonly postgres: EmbeddedPostgres,
    private readonly pictures: LoopbackMediaHost,
    private readonly tenant: Tenant & { readonly apiKey: string },
    private readonly watchdog: Watchdog,
  ) {}

  static async prepare(cache: string, posts: number): Promise<BenchGround> {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'bench-'));
    const postgres = new EmbeddedPostgres({ dataDir: join(folder, 'postgres') });
    const { url } = await postgres.start();
    const pid = readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0] ?? '';
    const watchdog = onOurDeath('kill -INT "$1"; sleep 2; rm -rf "$2"', [pid, folder]);
    await administrate(url, `CREATE DATABASE ${template}`);
    const templateUrl = named(url, template);
    await applyMigrations(templateUrl);
    const tenant = await connectAccount(templateUrl);
    await seedPosts(templateUrl, tenant, posts);
    const pictures = await LoopbackMediaHost.start();
    pictures.serve('/picture.jpg', await makeJpeg({ width: 1080, height: 1080 }), 'image/jpeg');
    return new BenchGround(folder, url, postgres, pictures, tenant, watchdog);
  }

  /** A database and folders of a row's own, so that rows do not see each other's writes. */
  async stage(): Promise<Stage> {
    const name = `bench_${++this.stages}`;
    await administrate(this.serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
    const floorDir = join(this.folder, name);
    mkdirSync(floorDir);
    return { ...this.tenant, databaseUrl: named(this.serverUrl, name), pictureUrl: this.pictures.url('/picture.jpg'), floorDir };
  }

  /** What was written must not be flushed out while the next thing is measured. */
  async settle(): Promise<void> {
    await administrate(this.serverUrl, 'CHECKPOINT');
  }

  async close(): Promise<void> {
    await this.pictures.stop();
    await this.postgres.stop();
    this.watchdog.cancel();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function connectAccount(databaseUrl: string): Promise<Tenant & { apiKey: string }> {
  const apiKey = generateApiKey();
  const admin = openAccountsAdmin({ databaseUrl, encryptionKeys: keys }, 'instagram');
  try {
    const account = { userId: '17841400000000001', id: '9000000000000001', username: 'bench', accessToken: 'never used' };
    const { workspaceId, profileGroupId, profileId } = await admin.bootstrapInstallation({ apiKey, demoAccount: account });
    if (!profileId) throw new Error('The installation has no profile');
    return { workspaceId, profileGroupId, profileId, apiKey };
  } finally {
    await admin.close();
  }
}

function named(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function administrate(serverUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
