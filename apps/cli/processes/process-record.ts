import { rmSync } from 'node:fs';
import { processIdentity } from '#infra/process/process-identity';
import { readPrivateFile, writePrivateFile } from '../installation/private-file.js';
import type { ManagedProcess } from './managed-process.js';

interface RecordedProcess {
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
}

/** Who runs for us, on disk: after a `kill -9` of the supervisor the next start finds them. */
export function recordProcesses(path: string, processes: readonly ManagedProcess[]): void {
  const running = processes.flatMap(({ pid, spec }): RecordedProcess[] => {
    const identity = pid === null ? null : processIdentity(pid);
    return pid === null || identity === null ? [] : [{ name: spec.name, pid, identity }];
  });
  writePrivateFile(path, `${JSON.stringify(running)}\n`);
}

export function forgetProcesses(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Children of a supervisor that is gone stop by themselves when its pipe closes. They are given their time to finish, so that no
 * publish is cut, then ended: two generations must not share the ports.
 */
export async function endLeftovers(path: string, graceMs: number): Promise<number> {
  const leftovers = readRecord(path).filter(isRunning);
  for (const { pid } of leftovers) signal(pid, 'SIGTERM');
  if (!(await goneWithin(leftovers, graceMs))) {
    for (const { pid } of leftovers.filter(isRunning)) signal(pid, 'SIGKILL');
    await goneWithin(leftovers, 5_000);
  }
  forgetProcesses(path);
  return leftovers.length;
}

function readRecord(path: string): RecordedProcess[] {
  try {
    const value: unknown = JSON.parse(readPrivateFile(path) ?? '[]');
    return Array.isArray(value) ? value.filter(isRecord) : [];
  } catch {
    return [];
  }
}

function isRecord(value: unknown): value is RecordedProcess {
  return typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number' && 'identity' in value && 'name' in value;
}

function isRunning({ pid, identity }: RecordedProcess): boolean {
  return processIdentity(pid) === identity;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone in between.
  }
}

async function goneWithin(processes: readonly RecordedProcess[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (processes.some(isRunning)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
