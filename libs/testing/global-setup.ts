import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
// Relative, also across layers: Vitest resolves a global setup without our `source` condition.
import { EmbeddedPostgres } from '../infra/database/embedded/embedded-postgres.js';
import { applyMigrations } from '../../prisma/migrate.js';
import { onOurDeath } from './watchdog.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL, as superuser, and the database to copy; null when no selected test needs one. */
    databaseServer: { readonly url: string; readonly template: string } | null;
    /** What random tests start from. `--sequence.seed=…` repeats a run. */
    seed: number;
  }
}

/** Migrated once; each test database is a copy of it. */
const templateDatabase = 'heliograph_template';

const root = resolve(import.meta.dirname, '../..');

/** One PostgreSQL for the run, and a fresh dist/ when whole processes are tested. Unit tests alone wait for neither. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Vitest draws one itself only when it shuffles.
  const { seed } = project.config.sequence as { seed?: number };
  project.provide('seed', seed ?? randomInt(2 ** 30));
  const files = await selectedFiles(project);
  if (files.some((file) => file.endsWith('.e2e.spec.ts'))) build();
  const needsDatabase = project.config.watch || files.some((file) => /\.(int|e2e)\.spec\.ts$/.test(file));
  if (!needsDatabase) {
    project.provide('databaseServer', null);
    return async () => undefined;
  }
  return startDatabase(project);
}

async function startDatabase(project: TestProject): Promise<() => Promise<void>> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const dataDir = mkdtempSync(join(root, '.cache/test-postgres-'));
  const postgres = new EmbeddedPostgres({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' } });
  const { url } = await postgres.start().catch((error: unknown) => {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  const pid = readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  const watchdog = onOurDeath('kill -INT "$1"; sleep 1; rm -rf "$2"', [pid, dataDir]);
  await prepareTemplate(url);
  project.provide('databaseServer', { url, template: templateDatabase });
  return async () => {
    await postgres.stop();
    watchdog.cancel();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function prepareTemplate(serverUrl: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${templateDatabase}`).finally(() => client.end());
  const url = new URL(serverUrl);
  url.pathname = `/${templateDatabase}`;
  await applyMigrations(url.href);
}

/** Vitest does not tell a global setup which files were asked for; what looks like a filter and matches nothing (`-t name`) is none. */
async function selectedFiles(project: TestProject): Promise<string[]> {
  const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const selected = (await project.globTestFiles(filters)).testFiles;
  return selected.length > 0 ? selected : (await project.globTestFiles()).testFiles;
}

function build(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'apps/cli/heliograph.mjs'), 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('dist/ could not be built, and the selected tests start processes from it.');
}
