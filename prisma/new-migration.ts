import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../libs/infra/database/embedded/embedded-postgres.js';
import { schemaDiff } from './migrate.js';
import { readMigrationFiles } from './migration-files.js';

/**
 * For developers: writes the migration that leads from the committed migrations to prisma/schema. It is a proposal: read it, and
 * add what only a person knows (filling new columns, partitions).
 *
 * @returns the new file, or null when the migrations already add up to the schema
 */
async function writeNewMigration(name: string): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'heliograph-migration-'));
  const postgres = new EmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  try {
    const files = readMigrationFiles();
    const sql = await schemaDiff((await postgres.start()).url, files);
    if (!sql) return null;
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const target = join(files.folder, `${stamp}_${name}`);
    mkdirSync(target);
    writeFileSync(join(target, 'migration.sql'), `${sql}\n`);
    return join(target, 'migration.sql');
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [name] = process.argv.slice(2);
if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Say what changes, in lower case: npm run migrate:new -- add_profile_bio');
  process.exitCode = 1;
} else {
  console.log((await writeNewMigration(name)) ?? 'Nothing to do: the migrations add up to prisma/schema.');
}
