import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInContext } from '#infra/logging/request-context';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { Database } from './database.js';
import { ensureTenantRole, tenantRole } from './tenant-role.js';
import { requireWall } from './tenant-wall.js';

const [a, b] = ['ws_a', 'ws_b'];
let files: TestDatabase;
let walled: Database;
let sql: Client;

beforeAll(async () => {
  files = await createTestDatabase();
  sql = new Client({ connectionString: files.url });
  await sql.connect();
  for (const id of [a, b]) {
    await sql.query("INSERT INTO workspace VALUES ($1, 'W', now())", [id]);
    await sql.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, 'grp_same', $1, now())", [id]);
    await sql.query("INSERT INTO audit_entry (workspace_id, id, created_at, actor, action, target_id) VALUES ($1, 'aud_1', now(), 'api_key', 'post.created', 'post_1')", [id]);
  }
  walled = await requireWall(new Database({ url: files.url, poolSize: 3, isWalled: true }));
});
afterAll(async () => {
  await walled?.$disconnect();
  await sql?.end();
  await files?.drop();
});

const as = <T>(workspaceId: string | undefined, work: () => PromiseLike<T>): Promise<T> =>
  runInContext({ requestId: 'req', ...(workspaceId ? { workspaceId } : {}) }, async () => await work());

describe('behind the wall', () => {
  it('a query that forgets the workspace sees the rows of the call only', async () => {
    expect(await as(a, () => walled.profileGroup.findMany())).toMatchObject([{ workspaceId: a }]);
    expect(await as(b, () => walled.$queryRaw`SELECT workspace_id FROM profile_group`)).toEqual([{ workspace_id: b }]);
    expect(await as(a, () => walled.workspace.findMany())).toMatchObject([{ id: a }]);
  });

  it('a query that names another workspace finds nothing, changes nothing and adds nothing', async () => {
    expect(await as(a, () => walled.profileGroup.findMany({ where: { workspaceId: b } }))).toEqual([]);
    expect(await as(a, () => walled.profileGroup.updateMany({ where: { workspaceId: b }, data: { name: 'taken' } }))).toEqual({ count: 0 });
    expect(await as(a, () => walled.profileGroup.deleteMany({ where: { workspaceId: b } }))).toEqual({ count: 0 });
    await expect(as(a, () => walled.profileGroup.create({ data: { workspaceId: b, id: 'grp_planted', name: 'x', createdAt: new Date() } }))).rejects.toThrow(/row-level security/);
    await expect(as(a, () => walled.$executeRaw`UPDATE profile_group SET workspace_id = ${b}, id = 'grp_moved'`)).rejects.toThrow(/row-level security/);
  });

  it('is missed at the start where it does not hold', async () => {
    await expect(requireWall(new Database({ url: files.url, poolSize: 1 }))).rejects.toThrow('row-level security is not active for it');
  });

  it('work that no key has identified sees nothing', async () => {
    expect(await as(undefined, () => walled.profileGroup.findMany())).toEqual([]);
    expect(await walled.profileGroup.findMany()).toEqual([]);
  });

  it('holds in transactions, and for hundreds of calls that share three connections', async () => {
    const seen = await Promise.all(Array.from({ length: 300 }, (_, index) => {
      const workspace = [a, b, undefined][index % 3];
      return as(workspace, async () => {
        const rows = index % 2 === 0 ? await walled.profileGroup.findMany() : await walled.$transaction((tx) => tx.profileGroup.findMany());
        return rows.map((row) => row.workspaceId).join() === (workspace ?? '');
      });
    }));
    expect(seen.every(Boolean)).toBe(true);
  });

  it('goes up again on the connections that come after lost ones', async () => {
    await sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    await expect.poll(() => as(a, () => walled.profileGroup.findMany()).then((rows) => rows.length, () => -1), { timeout: 10_000 }).toBe(1);
  });

  it('the audit can be added to, and neither changed nor deleted', async () => {
    await expect(as(a, () => walled.auditEntry.updateMany({ data: { action: 'nothing' } }))).rejects.toThrow(/permission denied/);
    await expect(as(a, () => walled.auditEntry.deleteMany())).rejects.toThrow(/permission denied/);
    await expect(as(a, () => walled.$executeRaw`TRUNCATE audit_entry`)).rejects.toThrow(/permission denied/);
    await expect(as(a, () => walled.dataDeletion.findMany())).rejects.toThrow(/permission denied/);
  });
});

describe('every table with a workspace', () => {
  it('is behind the wall, and the role may use it', async () => {
    const { rows } = await sql.query<{ name: string; secured: boolean; policies: string; granted: boolean }>(`
      SELECT c.relname AS name, c.relrowsecurity AS secured, has_table_privilege('${tenantRole}', c.oid, 'SELECT, INSERT') AS granted,
             (SELECT string_agg(pg_get_expr(p.polqual, p.polrelid), ' ') FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
      FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'workspace_id' AND t.attnum > 0
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`);
    expect(rows.length).toBeGreaterThanOrEqual(12);
    for (const row of rows) expect(row, row.name).toMatchObject({ secured: true, granted: true, policies: expect.stringMatching(/^\(workspace_id = \( SELECT current_setting\('heliograph\.workspace'/) });
  });
});

describe('a database whose user may not make the role', () => {
  it('is migrated, and the API says what to do instead of starting without the wall', async () => {
    const user = `owner_${randomBytes(4).toString('hex')}`;
    await sql.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA public TO ${user}`);
    const url = new URL(files.url);
    [url.username, url.password] = [user, 'x'];
    const client = new Client({ connectionString: url.href });
    await client.connect();
    expect(await ensureTenantRole(client)).toBe(false);
    await client.end();
    await expect(requireWall(new Database({ url: url.href, isWalled: true }))).rejects.toThrow(/heliograph_tenant cannot be used \(.*permission denied.*DATABASE_ROW_SECURITY=off/);
    await sql.query(`REVOKE USAGE ON SCHEMA public FROM ${user}; DROP ROLE ${user}`);
  });
});
