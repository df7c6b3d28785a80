import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from '#infra/process/process-identity';
import { CliError } from '../terminal/cli-error.js';

export interface LockOwner {
  readonly pid: number;
  /** Number and start time: tells the owner from a stranger that got its number (see process-identity). */
  readonly identity: string;
  /** e.g. `up`. */
  readonly command: string;
  readonly since: string;
}

/** One process at a time works on a data folder. Held by a file; one whose owner is gone is taken over. */
export class FolderLock {
  private constructor(private readonly path: string, private readonly text: string) {}

  /** @throws CliError when somebody alive holds it */
  static acquire(path: string, command: string): FolderLock {
    const owner: LockOwner = { pid: process.pid, identity: processIdentity(process.pid) ?? '', command, since: new Date().toISOString() };
    const text = JSON.stringify(owner);
    const beside = `${path}.${process.pid}.new`;
    writeFileSync(beside, text, { mode: 0o600 });
    try {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        // A link appears with its whole content, and only when the name is free.
        if (tryLink(beside, path)) return new FolderLock(path, text);
        const holder = findLockOwner(path);
        if (holder) throw new CliError(takenSentence(path, holder));
        removeStale(path);
      }
    } finally {
      rmSync(beside, { force: true });
    }
    throw new CliError(`The lock ${path} keeps changing hands. Stop what else uses this data folder, then start again.`);
  }

  release(): void {
    if (readText(this.path) === this.text) rmSync(this.path, { force: true });
  }
}

/** @returns who holds the lock now; null when it is free or its owner is gone */
export function findLockOwner(path: string): LockOwner | null {
  const owner = parse(readText(path));
  return owner && processIdentity(owner.pid) === owner.identity ? owner : null;
}

function takenSentence(path: string, { pid, command, since }: LockOwner): string {
  const what = command === 'up' ? 'Heliograph runs on this data folder already' : `"heliograph ${command}" works on this data folder right now`;
  return `${what} (process ${pid}, since ${since}). Stop it with "kill ${pid}", or give this one a folder of its own with HELIOGRAPH_DATA. The lock is ${path}.`;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moved away first: whoever else is taking it over at this moment must not lose a fresh lock to our delete. */
function removeStale(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return; // Somebody else was quicker.
  }
  if (findLockOwner(aside)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function parse(text: string): LockOwner | null {
  try {
    const value = JSON.parse(text) as Partial<LockOwner> | null;
    return value && typeof value.pid === 'number' && typeof value.identity === 'string' ? { command: 'up', since: 'unknown', ...value, pid: value.pid, identity: value.identity } : null;
  } catch {
    return null;
  }
}
