import { EmbeddedPostgres } from '#infra/database/embedded/embedded-postgres';
import type { Settings } from '#infra/config/settings';
import { CliError } from '../terminal/cli-error.js';
import type { DataFolder } from './data-folder.js';
import { findLockOwner, FolderLock } from './folder-lock.js';
import { readPrivateFile } from './private-file.js';

const upMayTakeMs = 30_000;

/**
 * The installation's database for the time of one command: the one DATABASE_URL names; else the embedded one, borrowed from a
 * running `up`, or started and stopped again.
 */
export async function withDatabase<T>(settings: Settings, folder: DataFolder, command: string, use: (url: string) => Promise<T>): Promise<T> {
  if (settings.databaseUrl) return use(settings.databaseUrl);
  if (findLockOwner(folder.lock)?.command === 'up') return use(await addressFromUp(folder));
  const lock = FolderLock.acquire(folder.lock, command);
  const postgres = new EmbeddedPostgres({ dataDir: folder.postgres });
  try {
    return await use((await postgres.start()).url);
  } finally {
    await postgres.stop().catch(() => undefined);
    lock.release();
  }
}

/** `up` publishes the address as soon as the database answers. */
async function addressFromUp(folder: DataFolder): Promise<string> {
  const deadline = Date.now() + upMayTakeMs;
  while (Date.now() < deadline) {
    const url = readAddress(folder);
    if (url) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new CliError('Heliograph is starting, and its database does not answer yet. Try again once it is up.');
}

function readAddress(folder: DataFolder): string | null {
  const text = readPrivateFile(folder.databaseState);
  if (!text) return null;
  const state = JSON.parse(text) as { url?: unknown };
  return typeof state.url === 'string' ? state.url : null;
}
