import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { newId } from '#kernel/ids';
import { profileAccessToken, secretContext } from '#infra/crypto/encrypted-columns';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { nodeFlags } from '#infra/process/node-flags';
import { SandboxApi, type SandboxAccount } from '#testing/sandbox-api';
import { makeJpeg } from '#testing/media/make-image';
import type { BenchGround } from '../harness/ground.js';
import type { Plan } from '../harness/measure.js';
import type { Stage } from '../harness/row.js';
import { ServerProcess } from '../harness/server-process.js';
import { startShippedRedis } from '../harness/shipped-redis.js';

const built = resolve(import.meta.dirname, '../../..');
const patience = 120_000;

/** A whole installation for workers: database, Redis with our shipped `hz`, sandbox, a host that has every picture, and as many connected profiles as asked for. */
export class PublishingArena {
  private constructor(
    readonly stage: Stage,
    readonly accounts: readonly (SandboxAccount & { readonly profileId: string; readonly groupId: string })[],
    readonly sandbox: SandboxApi,
    readonly sandboxUrl: string,
    readonly pictureUrl: string,
    private readonly database: Client,
    private readonly start: () => Promise<ServerProcess>,
    private readonly callsFile: string,
    private readonly closers: (() => Promise<unknown>)[],
  ) {}

  static async open(name: string, profiles: number, ground: BenchGround, { profileDir }: Pick<Plan, 'profileDir'>): Promise<PublishingArena> {
    const stage = await ground.stage();
    const closers: (() => Promise<unknown>)[] = [];
    const redis = await startShippedRedis();
    closers.push(() => redis.stop());
    const pictures = await servePicture();
    closers.push(() => new Promise((done) => pictures.close(done)));
    const pictureUrl = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}`;
    const sandboxProcess = await ServerProcess.start({ main: join(built, 'apps/sandbox/main.js'), args: ['--port', '0', '--data', join(stage.floorDir, 'sandbox')], logFile: join(ground.folder, 'sandbox.log') });
    closers.push(() => sandboxProcess.stop());
    const sandbox = new SandboxApi(() => sandboxProcess.url);
    const database = new Client({ connectionString: stage.databaseUrl });
    await database.connect();
    closers.push(() => database.end());
    const accounts = await connectAccounts(database, stage, sandbox, profiles, ground.encryptionKeys);
    const callsFile = join(stage.floorDir, 'publish-calls');
    if (profileDir) mkdirSync(profileDir, { recursive: true });
    const start = (): Promise<ServerProcess> => ServerProcess.start({
      main: join(built, 'apps/worker/main.js'),
      nodeOptions: [...nodeFlags('worker'), `--import=${pathToFileURL(join(import.meta.dirname, 'publish-calls.preload.js')).href}?${new URLSearchParams({ file: callsFile }).toString()}`, ...(profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name.replace(/\W+/g, '-')}.cpuprofile`] : [])],
      environment: {
        DATABASE_URL: stage.databaseUrl, REDIS_URL: redis.url, HELIOGRAPH_DATA: join(stage.floorDir, 'ours'), ENCRYPTION_KEYS: ground.encryptionKeys,
        INSTAGRAM_GRAPH_URL: sandboxProcess.url, PUBLIC_URL: pictureUrl,
      },
      logFile: join(ground.folder, 'worker.log'),
    });
    return new PublishingArena(stage, accounts, sandbox, sandboxProcess.url, pictureUrl, database, start, callsFile, closers);
  }

  /** A worker process, as production runs it. */
  async startWorker(): Promise<ServerProcess> {
    const worker = await this.start();
    this.closers.push(() => worker.stop());
    return worker;
  }

  /** Posts with a picture, in turns over the profiles. @param publishAt null: as soon as they can */
  async post(count: number, dueAt: Date, publishAt: Date | null): Promise<void> {
    const rows = Array.from({ length: count }, (_, number) => {
      const { profileId, groupId } = this.accounts[number % this.accounts.length] ?? { profileId: '', groupId: '' };
      return { post: newId('post'), media: newId('media'), target: newId('platformPost'), profileId, groupId, number };
    });
    await this.query(insertPosts, [this.stage.workspaceId, JSON.stringify(rows), dueAt, publishAt]);
    await this.query('ANALYZE post, media, platform_post, profile');
  }

  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(sql, [...values])).rows;
  }

  /** Until so many open targets are left where `condition` holds. @throws Error when they do not become so few in time */
  async until(condition: string, left: number): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      const [row] = await this.query<{ open: number }>(`SELECT count(*)::int AS open FROM platform_post WHERE due_at IS NOT NULL AND (${condition})`);
      if ((row?.open ?? 0) <= left) return;
      if (Date.now() > deadline) throw new Error(`${row?.open} targets are still open: ${condition}`);
      await pause(100);
    }
  }

  /** When the worker's publishing calls went out, in their order: by the network's id of the account. */
  calls(): Map<string, number[]> {
    const lines = existsSync(this.callsFile) ? readFileSync(this.callsFile, 'utf8').trim().split('\n') : [];
    const calls = new Map<string, number[]>();
    for (const line of lines) {
      const [account = '', at] = line.split(' ');
      calls.set(account, [...(calls.get(account) ?? []), Number(at)]);
    }
    return calls;
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
  }
}

async function connectAccounts(database: Client, { workspaceId }: Stage, sandbox: SandboxApi, count: number, keyRing: string): Promise<(SandboxAccount & { profileId: string; groupId: string })[]> {
  const [id = '', key = ''] = keyRing.split(':');
  const cipher = new TokenCipher([{ id, key: Buffer.from(key, 'base64') }]);
  const accounts: (SandboxAccount & { profileId: string; groupId: string; sealed: string })[] = [];
  for (let number = 0; number < count; number += 1) {
    const account = await sandbox.createAccount({ username: `brand_${number}`, quota_total: 10_000 });
    await sandbox.settings(account.user_id, { processing_ms: 0, permalink_delay_ms: 0 });
    const profileId = newId('profile');
    accounts.push({ ...account, profileId, groupId: newId('profileGroup'), sealed: cipher.encrypt(account.access_token, secretContext(profileAccessToken, workspaceId, profileId)) });
  }
  await database.query(insertProfiles, [workspaceId, JSON.stringify(accounts)]);
  return accounts;
}

async function servePicture(): Promise<Server> {
  const picture = await makeJpeg({ width: 320, height: 320 });
  const server = createServer((_, response) => void response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length }).end(picture));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

const insertProfiles = `
  WITH account AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS a("profileId" text, "groupId" text, id text, user_id text, username text, sealed text)), made AS (
    INSERT INTO profile_group (workspace_id, id, name, created_at) SELECT $1, "groupId", username, now() FROM account
  )
  INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
  SELECT $1, "profileId", "groupId", 'instagram', user_id, id, username, username, sealed, now(), now() FROM account`;

const insertPosts = `
  WITH seed AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS s(post text, media text, target text, "profileId" text, "groupId" text, number int)), new_post AS (
    INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, created_at, updated_at)
    SELECT $1, post, "groupId", target, CASE WHEN $4::timestamptz IS NULL THEN 'pending' ELSE 'scheduled' END::post_status, 'heliograph', $4, now(), now() FROM seed
  ), new_media AS (
    INSERT INTO media (workspace_id, id, post_id, position, status, source_url, content_type, width, height, size_bytes, original_key, delivery_key, created_at)
    SELECT $1, media, post, 0, 'processed', null, 'image/jpeg', 320, 320, 9876, encode(sha256(media::bytea), 'hex'), encode(sha256(media::bytea), 'hex'), now() FROM seed
  )
  INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, publish_at, due_at, created_at, updated_at)
  SELECT $1, target, post, "profileId", 'instagram', '{"format": "post"}', $4, $3, now(), now() FROM seed`;
