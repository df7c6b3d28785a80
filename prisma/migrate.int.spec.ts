import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInContext } from '#infra/logging/request-context';
import { Database } from '#infra/database/database';
import { requireWall } from '#infra/database/tenant-wall';
import { createEmptyDatabase, type TestDatabase } from '#testing/test-database';
import { applyMigrations, pendingMigrations, schemaDiff } from './migrate.js';
import { readMigrationFiles, type MigrationFiles } from './migration-files.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client.query<Record<string, unknown>>(sql).then(({ rows }) => rows).finally(() => client.end());
}

/** A repository with these migrations and no models. */
function filesWith(migrations: Record<string, string>): MigrationFiles {
  const schema = [{ path: 'schema.prisma', content: 'datasource db {\n  provider = "postgresql"\n}\n' }];
  return { folder: '/nowhere/migrations', schema, migrations: Object.entries(migrations).map(([name, sql]) => ({ name, sql })) };
}

describe('applyMigrations', () => {
  it('applies each migration once, however many start at the same moment', async () => {
    const names = readMigrationFiles().migrations.map(({ name }) => name);
    expect(await pendingMigrations(database.url)).toEqual(names);
    const applied = await Promise.all([applyMigrations(database.url), applyMigrations(database.url), applyMigrations(database.url)]);
    expect(applied.flat()).toEqual(names);
    expect(await pendingMigrations(database.url)).toEqual([]);
    expect(await query('SELECT migration_name FROM _prisma_migrations')).toHaveLength(names.length);
  });

  it('takes functions and semicolons in texts as they are', async () => {
    const sql = `CREATE TABLE note (text text DEFAULT 'a;b'); -- one; two
      CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.text := upper(NEW.text); RETURN NEW; END $$;
      CREATE TRIGGER shout BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION shout();`;
    expect(await applyMigrations(database.url, filesWith({ '1_note': sql }))).toEqual(['1_note']);
    await query('INSERT INTO note DEFAULT VALUES');
    expect(await query('SELECT text FROM note')).toEqual([{ text: 'A;B' }]);
  });

  it('keeps nothing of a migration that fails, says why, and goes on once it is corrected', async () => {
    const broken = filesWith({ '1_good': 'CREATE TABLE one ();', '2_bad': 'CREATE TABLE two (); CREATE TABLE one ();' });
    await expect(applyMigrations(database.url, broken)).rejects.toThrow(/^The migration 2_bad failed: .*relation "one" already exists.* Nothing of it was kept/);
    expect(await query("SELECT to_regclass('two') AS two")).toEqual([{ two: null }]);
    expect(await pendingMigrations(database.url, broken)).toEqual(['2_bad']);
    expect(await applyMigrations(database.url, filesWith({ '1_good': 'CREATE TABLE one ();', '2_bad': 'CREATE TABLE two ();' }))).toEqual(['2_bad']);
  });

  it('goes on after a starter died in the middle of a migration', async () => {
    const first = { '0_first': 'SELECT 1;' };
    await applyMigrations(database.url, filesWith(first));
    await query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count) VALUES ('x', 'x', '1_slow', now(), 0)`);
    expect(await applyMigrations(database.url, filesWith({ ...first, '1_slow': 'CREATE TABLE one ();' }))).toEqual(['1_slow']);
  });

  it('knows a migration as done from the moment it took effect, also when its starter dies right then', async () => {
    const first = { '0_first': 'SELECT 1;' };
    await applyMigrations(database.url, filesWith(first));
    await query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'died'; END $$;
      CREATE TRIGGER die BEFORE UPDATE ON _prisma_migrations FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION die()`);
    const files = filesWith({ ...first, '1_one': 'CREATE TABLE one ();' });
    await expect(applyMigrations(database.url, files)).rejects.toThrow(/died/);
    expect(await applyMigrations(database.url, files)).toEqual([]);
    expect(await query("SELECT to_regclass('one')::text AS one")).toEqual([{ one: 'one' }]);
  });

  it('refuses a database that a newer release has changed', async () => {
    await applyMigrations(database.url, filesWith({ '1_one': 'SELECT 1;', '2_newer': 'SELECT 1;' }));
    await expect(applyMigrations(database.url, filesWith({ '1_one': 'SELECT 1;' }))).rejects.toThrow(/changed by a newer release \(2_newer\)/);
  });

  it('refuses a migration that was edited after it was applied', async () => {
    await applyMigrations(database.url, filesWith({ '1_one': 'SELECT 1;' }));
    await expect(applyMigrations(database.url, filesWith({ '1_one': 'SELECT 2;' }))).rejects.toThrow(/1_one was edited after this database had applied it/);
  });

  it('says in a sentence that the database does not answer', async () => {
    await expect(applyMigrations('postgresql://nobody:x@127.0.0.1:1/none')).rejects.toThrow(/The database none at 127\.0\.0\.1:1 does not let us in .*ECONNREFUSED.* Check DATABASE_URL/);
  });
});

describe('schemaDiff', () => {
  it('is empty: the committed migrations add up to the schema files', async () => {
    expect(await schemaDiff(database.url)).toBe('');
  });

  it('is the SQL that a changed schema needs, and leaves no shadow database', async () => {
    const files = filesWith({ '1_note': 'CREATE TABLE note (id integer PRIMARY KEY);' });
    const schema = [...files.schema, { path: 'note.prisma', content: 'model note {\n  id Int @id\n  text String\n}\n' }];
    expect(await schemaDiff(database.url, { ...files, schema })).toMatch(/ALTER TABLE "note" ADD COLUMN\s+"text" TEXT NOT NULL/);
    expect(await query("SELECT datname FROM pg_database WHERE datname LIKE 'heliograph_shadow_%'")).toEqual([]);
  });
});

describe('a database whose owner is no superuser', () => {
  /** Makes a user the database's owner. @returns the address for it */
  async function handOver(grants: (user: string) => string, rights = ''): Promise<string> {
    const [url, user] = [new URL(database.url), `owner_${randomBytes(4).toString('hex')}`];
    await query(`CREATE ROLE ${user} LOGIN ${rights} PASSWORD 'x'; ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${user}; ${grants(user)}`);
    [url.username, url.password] = [user, 'x'];
    return url.href;
  }

  async function useWall(url: string): Promise<number> {
    await applyMigrations(url);
    const walled = await requireWall(new Database({ url, isWalled: true }));
    return runInContext({ requestId: 'req', workspaceId: 'ws_1' }, async () => (await walled.post.findMany()).length).finally(() => walled.$disconnect());
  }

  it('has its wall when that user makes the role: from PostgreSQL 16 on it may administer the role, and not yet take it on', async () => {
    const url = await handOver((user) => `GRANT heliograph_tenant TO ${user} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`, 'CREATEROLE');
    expect(await useWall(url)).toBe(0);
    expect(await useWall(url)).toBe(0);
  });

  it('says what a superuser has to do when it may not, and that is enough', async () => {
    const url = await handOver(() => '', 'CREATEROLE');
    await expect(useWall(url)).rejects.toThrow(/a superuser "CREATE ROLE heliograph_tenant" \(unless it is there\) and "GRANT heliograph_tenant TO" the user of DATABASE_URL, then migrate/);
    await query(`GRANT heliograph_tenant TO ${new URL(url).username}`);
    expect(await useWall(url)).toBe(0);
  });
});
