import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '#infra/config/settings';
import { probePort } from '#infra/database/embedded/free-port';
import { findRedisBinary } from './redis-binary.js';

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A Redis for one test file: the one REDIS_URL names (then shared: use keys of your own), else a private, forgetful one.
 * Its shell ends it when this process is gone, however it went.
 */
export async function startRedis(): Promise<TestRedis> {
  const { redisUrl } = readSettings();
  if (redisUrl) return { url: redisUrl, stop: async () => undefined };
  const { command, libraries } = await findRedisBinary();
  const port = await probePort(0);
  if (port === null) throw new Error('No free port on 127.0.0.1 for Redis');
  const folder = mkdtempSync(join(tmpdir(), 'heliograph-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder, '--maxmemory-policy', 'noeviction'];
  const shell = spawn('/bin/sh', ['-c', 'folder=$1; shift; "$@" </dev/null >/dev/null 2>&1 & cat >/dev/null; kill -9 $!; rm -rf "$folder"', 'redis', folder, command, ...options], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: libraries ? { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: libraries } : { PATH: '/usr/bin:/bin' },
  });
  const gone = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    shell.stdin.end();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  await waitForAnswer(port, 10_000).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url: `redis://127.0.0.1:${port}`, stop };
}

async function waitForAnswer(port: number, milliseconds: number): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await answersPing(port))) {
    if (Date.now() > deadline) throw new Error(`Redis did not answer on port ${port} within ${milliseconds / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write('PING\r\n'));
    const answer = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once('data', (data) => answer(data.toString().startsWith('+PONG')));
    socket.once('error', () => answer(false));
  });
}
