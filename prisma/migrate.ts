import { createHash } from 'node:crypto';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { Client } from 'pg';
// Relative, also across layers: the tests' global setup resolves no aliases.
import { ensureTenantRole } from '../libs/infra/database/tenant-role.js';
import { MigrationError, reasonOf } from './migration-error.js';
import { readMigrationFiles, type MigrationFiles } from './migration-files.js';
import { withSchemaEngine } from './schema-engine.js';

/** PostgreSQL's advisory locks are numbers; this one means "migrating Heliograph". */
const migrationLock = '7521983317';
const lockTimeout = '120s';
const filters = { externalTables: [], externalEnums: [] };

interface History {
  /** Name and checksum. */
  readonly finished: ReadonlyMap<string, string>;
  /** Begun and not finished: the process died. Nothing of it was kept (see schema-engine.ts). */
  readonly interrupted: readonly string[];
}

/**
 * Brings the database to this release's schema. Any number of starters may call at once: one works, the others wait and find it done.
 * A migration takes effect whole or not at all.
 *
 * @returns the names of the migrations applied by this call
 * @throws MigrationError
 */
export async function applyMigrations(databaseUrl: string, files: MigrationFiles = readMigrationFiles()): Promise<string[]> {
  return withConnection(databaseUrl, async (connection) => {
    await takeLock(connection);
    const history = await readHistory(connection);
    refuseForeignHistory(history, files);
    const applied = pendingOf(history, files).length === 0 ? [] : await applyPending(databaseUrl, connection, history.interrupted, files);
    await ensureTenantRole(connection);
    return applied;
  });
}

function applyPending(databaseUrl: string, connection: Client, interrupted: readonly string[], files: MigrationFiles): Promise<string[]> {
  return withSchemaEngine(databaseUrl, files, async (engine) => {
    for (const migrationName of interrupted) await engine.markMigrationRolledBack({ migrationName });
    try {
      return (await engine.applyMigrations({ migrationsList: listOf(files), filters })).appliedMigrationNames;
    } catch (cause) {
      const [failed] = (await readHistory(connection)).interrupted;
      if (!failed) throw new MigrationError(`The migrations could not be applied: ${reasonOf(cause)}`, { cause });
      await engine.markMigrationRolledBack({ migrationName: failed });
      throw new MigrationError(`The migration ${failed} failed: ${reasonOf(cause)}. Nothing of it was kept; start again once the cause is removed.`, { cause });
    }
  });
}

/** @returns the names of this release's migrations that the database lacks */
export async function pendingMigrations(databaseUrl: string, files: MigrationFiles = readMigrationFiles()): Promise<string[]> {
  return withConnection(databaseUrl, async (connection) => pendingOf(await readHistory(connection), files));
}

/**
 * The SQL that leads from the result of the migrations to the schema files; empty when they agree. Works in a shadow database that
 * it makes and drops, so the user of `databaseUrl` must be allowed to; the database itself is not looked at.
 */
export async function schemaDiff(databaseUrl: string, files: MigrationFiles = readMigrationFiles()): Promise<string> {
  return withSchemaEngine(databaseUrl, files, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...listOf(files) },
      to: { tag: 'schemaDatamodel', files: [...files.schema] },
      script: true,
      exitCode: null,
      filters,
    });
    const script = stdout?.trim() ?? '';
    return script === '-- This is an empty migration.' ? '' : script;
  });
}

function listOf(files: MigrationFiles): MigrationList {
  return {
    baseDir: files.folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: files.migrations.map(({ name, sql }) => ({ path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } } })),
  };
}

async function withConnection<T>(databaseUrl: string, use: (connection: Client) => Promise<T>): Promise<T> {
  const connection = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  connection.on('error', () => undefined); // a lost connection shows in the next query
  try {
    await connection.connect();
  } catch (cause) {
    const { host, pathname } = new URL(databaseUrl);
    throw new MigrationError(`The database ${pathname.slice(1)} at ${host} does not let us in (${reasonOf(cause)}). Check DATABASE_URL and that PostgreSQL runs.`, { cause });
  }
  // Ending the connection also gives the lock back.
  return use(connection).finally(() => connection.end());
}

async function takeLock(connection: Client): Promise<void> {
  await connection.query(`SET lock_timeout = '${lockTimeout}'`);
  try {
    await connection.query('SELECT pg_advisory_lock($1)', [migrationLock]);
  } catch (cause) {
    throw new MigrationError(`Somebody else has been migrating this database for ${lockTimeout} (${reasonOf(cause)}). Start again when they are done.`, { cause });
  }
}

async function readHistory(connection: Client): Promise<History> {
  const { rows: tables } = await connection.query<{ name: string | null }>("SELECT to_regclass('_prisma_migrations') AS name");
  if (tables[0]?.name === null) return { finished: new Map(), interrupted: [] };
  const { rows } = await connection.query<{ name: string; checksum: string; finished: boolean }>(
    'SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  );
  return {
    finished: new Map(rows.filter((row) => row.finished).map((row) => [row.name, row.checksum])),
    interrupted: rows.filter((row) => !row.finished).map((row) => row.name),
  };
}

function pendingOf(history: History, files: MigrationFiles): string[] {
  return files.migrations.map(({ name }) => name).filter((name) => !history.finished.has(name));
}

/** Both would fail later and in worse ways: a database that a newer release has changed, and one with another past than the files. */
function refuseForeignHistory(history: History, files: MigrationFiles): void {
  const checksums = new Map(files.migrations.map(({ name, sql }) => [name, createHash('sha256').update(sql).digest('hex')]));
  const names = [...history.finished.keys()];
  const unknown = names.filter((name) => !checksums.has(name));
  if (unknown.length > 0) {
    throw new MigrationError(`The database was changed by a newer release (${unknown.join(', ')}). Start that release, or use a database of this one.`);
  }
  const edited = names.filter((name) => checksums.get(name) !== history.finished.get(name));
  if (edited.length > 0) {
    throw new MigrationError(`The migration ${edited.join(', ')} was edited after this database had applied it. Bring the file back and write a new migration, or begin with an empty database.`);
  }
}
