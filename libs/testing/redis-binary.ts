import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = resolve(import.meta.dirname, '../../.cache');
const unpacked = join(cache, 'redis');

export interface RedisBinary {
  readonly command: string;
  /** Where its libraries lie, when it was unpacked and not installed. */
  readonly libraries: string | null;
}

/**
 * A Redis server to run: from PATH, else Debian's own package unpacked below .cache/. Unpacked, because that needs no root, changes
 * nothing on the machine and starts no service.
 */
export async function findRedisBinary(): Promise<RedisBinary> {
  for (const name of ['redis-server', 'valkey-server']) {
    const found = await run('/bin/sh', ['-c', `command -v ${name}`]).then(({ stdout }) => stdout.trim(), () => '');
    if (found) return { command: found, libraries: null };
  }
  if (!existsSync(unpacked)) await unpackDebianPackage();
  return { command: join(unpacked, 'usr/bin/redis-server'), libraries: libraryFolder() };
}

async function unpackDebianPackage(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'redis-new-'));
  try {
    const options = await aptOptions(folder);
    const { stdout } = await run('apt-get', [...options, 'install', '--simulate', '--no-install-recommends', 'redis-server']);
    const packages = [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
    await run('apt-get', [...options, 'download', ...packages], { cwd: folder });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) await run('dpkg', ['-x', file, 'root'], { cwd: folder });
    // A neighbour may have been quicker; theirs is as good.
    if (!existsSync(unpacked)) renameSync(join(folder, 'root'), unpacked);
  } catch (cause) {
    throw new Error('This test needs a Redis server: set REDIS_URL, or install redis-server or valkey-server (Debian: apt-get install redis-server).', { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the machine has no package lists (fresh images), lists of our own are fetched; also that needs no root. */
async function aptOptions(folder: string): Promise<string[]> {
  const known = await run('apt-cache', ['policy', 'redis-server']).then(({ stdout }) => /Candidate: \d/.test(stdout), () => false);
  if (known) return ['-o', 'Debug::NoLocking=1'];
  const [lists, archives] = [join(folder, 'lists'), join(folder, 'archives')];
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(archives, 'archives/partial'), { recursive: true });
  const own = ['-o', 'Debug::NoLocking=1', '-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${archives}`, '-o', 'APT::Sandbox::User='];
  await run('apt-get', [...own, 'update']);
  return own;
}

function libraryFolder(): string {
  const base = join(unpacked, 'usr/lib');
  const architecture = readdirSync(base).find((name) => name.includes('-linux-'));
  return architecture ? join(base, architecture) : base;
}
