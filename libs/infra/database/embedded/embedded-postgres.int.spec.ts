import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { onOurDeath, type Watchdog } from '#testing/watchdog';
import { isAlive } from '../../process/process-identity.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

const running: EmbeddedPostgres[] = [];
const folders: string[] = [];
const watchdogs: Watchdog[] = [];

/** Mode 0700 and ours, like a clone below /root: as root, PostgreSQL's account may not pass it. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heliograph-postgres-'));
  folders.push(folder);
  watchdogs.push(onOurDeath('for f in "$1"/cluster/postmaster.pid "$1"/*/cluster/postmaster.pid; do [ -f "$f" ] && kill -INT "$(head -1 "$f")"; done; sleep 1; rm -rf "$1"', [folder]));
  return folder;
}

function postgresIn(dataDir: string, binaries?: string): EmbeddedPostgres {
  const postgres = new EmbeddedPostgres({ dataDir, settings: { fsync: 'off' }, ...(binaries ? { binaries } : {}) });
  running.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // a killed server also fails the query, which is what a test looks at
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);
}

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  for (const watchdog of watchdogs.splice(0)) watchdog.cancel();
});

describe('EmbeddedPostgres', () => {
  it('starts in a new folder below a closed one, UTF-8 and on loopback only, and keeps data and port across a restart', async () => {
    const dataDir = join(temporaryFolder(), 'postgres');
    const first = postgresIn(dataDir);
    const { url, port } = await first.start();
    await query(url, 'CREATE TABLE note (text text)');
    await query(url, "INSERT INTO note VALUES ('ünï')");
    expect(await query(url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await first.stop();
    expect(await first.isRunning()).toBe(false);

    const again = await postgresIn(dataDir).start();
    expect(again).toEqual({ url, port });
    expect(await query(url, 'SELECT text FROM note')).toEqual([{ text: 'ünï' }]);
  });

  it('starts again after PostgreSQL was killed', async () => {
    const dataDir = temporaryFolder();
    const postgres = postgresIn(dataDir);
    const { url } = await postgres.start();
    await query(url, 'CREATE TABLE note ()');
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    await expect.poll(() => postgres.isRunning()).toBe(false);
    expect((await postgres.start()).url).toBe(url);
    expect(await query(url, 'SELECT count(*)::int AS count FROM note')).toEqual([{ count: 0 }]);
  });

  it('starts again while a process of the killed PostgreSQL is still busy', async () => {
    const dataDir = temporaryFolder();
    const postgres = postgresIn(dataDir);
    const { url } = await postgres.start();
    const busy = query(url, "DO $$ DECLARE n bigint := 0; BEGIN WHILE n < 100000000000 LOOP n := n + 1; END LOOP; END $$").catch(() => 'cut');
    await expect.poll(() => query(url, "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'DO%' AND state = 'active'")).toHaveLength(1);
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    await postgres.start();
    expect(await busy).toBe('cut');
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('stops a PostgreSQL that outlived its starter, then starts its own', async () => {
    const dataDir = temporaryFolder();
    const { url } = await postgresIn(dataDir).start();
    const orphan = postmasterPid(dataDir);
    expect(await postgresIn(dataDir).start()).toMatchObject({ url });
    expect(postmasterPid(dataDir)).not.toBe(orphan);
    expect(isAlive(orphan)).toBe(false);
  });

  it('is not impressed by a pid file whose number belongs to another process', async () => {
    const dataDir = temporaryFolder();
    const postgres = postgresIn(dataDir);
    await postgres.start();
    const pidFile = join(dataDir, 'cluster/postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await postgres.stop();
    const { uid, gid } = statSync(join(dataDir, 'cluster'));
    const stranger = spawn('sleep', ['600'], process.getuid?.() === 0 ? { uid, gid } : {});
    await once(stranger, 'spawn');
    writeFileSync(pidFile, text.replace(/^\d+/, String(stranger.pid)));
    await postgres.start();
    expect(stranger.exitCode).toBeNull();
    expect(stranger.kill('SIGKILL')).toBe(true);
  });

  it('takes another port when the one of last time is taken', async () => {
    const dataDir = temporaryFolder();
    const postgres = postgresIn(dataDir);
    const { port } = await postgres.start();
    await postgres.stop();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const other = await postgres.start();
    stranger.close();
    expect(other.port).not.toBe(port);
    expect(await query(other.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('makes missing library links and executable bits, and forgets a half-made cluster', async () => {
    const folder = temporaryFolder();
    const binaries = join(folder, 'native');
    cpSync(installedNative(), binaries, { recursive: true, verbatimSymlinks: true });
    for (const { target } of declaredLinks(binaries)) rmSync(join(folder, target), { force: true });
    chmodSync(join(binaries, 'bin/initdb'), 0o644);
    mkdirSync(join(folder, 'data/cluster.new-1234'), { recursive: true });
    const { url } = await postgresIn(join(folder, 'data'), binaries).start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(join(binaries, 'lib/libpq.so.5'))).toBe(process.platform === 'linux');
    expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('.new'))).toEqual([]);
  });

  it('says in a sentence that a cluster is of another PostgreSQL release, damaged, or without its password', async () => {
    const dataDir = temporaryFolder();
    const postgres = postgresIn(dataDir);
    await postgres.start();
    await postgres.stop();
    const versionFile = join(dataDir, 'cluster/PG_VERSION');
    const version = readFileSync(versionFile, 'utf8');
    writeFileSync(versionFile, '99\n');
    await expect(postgres.start()).rejects.toThrow(/was made by PostgreSQL 99, and this release of Heliograph brings PostgreSQL \d+\. .*pg_dump/);
    unlinkSync(versionFile);
    await expect(postgres.start()).rejects.toThrow(/is damaged \(no PG_VERSION\)\. Bring it back from a backup/);
    writeFileSync(versionFile, version);
    writeFileSync(join(dataDir, 'cluster/global/pg_control'), 'x');
    await expect(postgres.start()).rejects.toThrow(/did not start: .*pg_control.*Bring it back from a backup/);
    unlinkSync(join(dataDir, 'password'));
    await expect(postgres.start()).rejects.toThrow(/password file .* is missing\. /);
  });
});

function installedNative(): string {
  const fromHere = createRequire(import.meta.url);
  const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(entry), '../native');
}

function declaredLinks(native: string): { target: string }[] {
  const output = execFileSync(process.execPath, ['-p', `JSON.stringify(require(${JSON.stringify(join(native, 'pg-symlinks.json'))}))`], { encoding: 'utf8' });
  return JSON.parse(output) as { target: string }[];
}
