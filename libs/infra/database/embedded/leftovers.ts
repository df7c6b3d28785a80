import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlive } from '../../process/process-identity.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Launcher } from './launcher.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runProgram } from './run-program.js';

/**
 * Makes a cluster free to start after any kind of crash: a PostgreSQL that outlived us is stopped properly; processes that outlived
 * their PostgreSQL (they hold its shared memory) are ended; a pid file whose number now belongs to somebody else is removed.
 */
export async function stopLeftovers(cluster: string, binaries: PostgresBinaries, launcher: Launcher): Promise<void> {
  const pid = await findPostmaster(cluster);
  if (pid !== null) {
    await launcher.run(binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '30']);
    if (await isPostmasterOf(cluster, pid)) await endAll([pid], cluster);
  }
  await endAll(await findBackends(cluster), cluster);
  await rm(join(cluster, 'postmaster.pid'), { force: true });
}

/** @returns the process number of the PostgreSQL that runs on this cluster */
export async function findPostmaster(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return pid > 0 && (await isPostmasterOf(cluster, pid)) ? pid : null;
}

async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandLine(pid);
  if (basename(command[0] ?? '') !== 'postgres') return false;
  return command.includes(cluster) || (await workingDir(pid)) === (await realpath(cluster).catch(() => cluster));
}

/** Servers rewrite their command line to `postgres: checkpointer`, so only the folder they work in tells whose they are. A postmaster is among them when its pid file was lost. */
async function findBackends(cluster: string): Promise<number[]> {
  const folder = await realpath(cluster).catch(() => cluster);
  const numbers = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of numbers) {
    if ((await workingDir(pid)) === folder && /(^|\/)postgres(:|$)/.test((await commandLine(pid))[0] ?? '') && isAlive(pid)) found.push(pid);
  }
  return found;
}

async function workingDir(pid: number): Promise<string | null> {
  return readlink(`/proc/${pid}/cwd`).catch(() => null);
}

async function commandLine(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (text !== null) return text.split('\0');
  const { code, output } = await runProgram('ps', ['-o', 'command=', '-p', String(pid)]);
  return code === 0 ? output.split(' ') : [];
}

/** They go by themselves once they notice; a busy one does not, and is killed, which crash recovery is made for. */
async function endAll(pids: readonly number[], cluster: string): Promise<void> {
  if (await goneWithin(pids, 1000)) return;
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of pids.filter(isAlive)) sendSignal(pid, signal);
    if (await goneWithin(pids, 5000)) return;
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL from an earlier run still uses ${cluster} and does not stop (process ${pids.join(', ')})`,
    `End it with "kill ${pids.join(' ')}" as the user it belongs to, then start again.`,
  );
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or not ours: the wait that follows tells.
  }
}

async function goneWithin(pids: readonly number[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}
