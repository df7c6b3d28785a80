import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackDebianPackages } from './debian-package.js';

const run = promisify(execFile);

export interface RedisBinary {
  readonly command: string;
  /** Where its libraries lie, when it was unpacked and not installed. */
  readonly libraries: string | null;
}

/** A Redis server to run: from PATH, else Debian's own package unpacked below .cache/. */
export async function findRedisBinary(): Promise<RedisBinary> {
  for (const name of ['redis-server', 'valkey-server']) {
    const found = await run('/bin/sh', ['-c', `command -v ${name}`]).then(({ stdout }) => stdout.trim(), () => '');
    if (found) return { command: found, libraries: null };
  }
  const { root, libraries } = await unpackDebianPackages('redis', ['redis-server']).catch((cause: unknown) => {
    throw new Error('This test needs a Redis server: set REDIS_URL, or install redis-server or valkey-server (Debian: apt-get install redis-server).', { cause });
  });
  return { command: join(root, 'usr/bin/redis-server'), libraries };
}
