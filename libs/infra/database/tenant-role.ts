/**
 * The role that the API's connections take on: no superuser and no owner, so row-level security holds for it. It cannot log in.
 * Roles belong to the server and not to the database, so every `migrate` makes sure of it (a restored dump has none).
 */
export const tenantRole = 'heliograph_tenant';

/** What the role may do where it is not everything: tables whose rows only ever come, and those that tell who the tenant is, but for what it decides itself. */
const narrow: Readonly<Record<string, string>> = { audit_entry: 'SELECT, INSERT', event: 'SELECT, INSERT', workspace: 'SELECT, UPDATE (overdue_policy, overdue_minutes)' };

interface Connection {
  query<Row extends object>(sql: string): Promise<{ rows: Row[] }>;
}

/**
 * Makes the role and gives it the tables that row-level security guards. Repeatable, also at the same time.
 *
 * @returns false when the database's user may not do that; the API then says so when it starts
 */
export async function ensureTenantRole(connection: Connection): Promise<boolean> {
  try {
    await connection.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${tenantRole}') THEN CREATE ROLE ${tenantRole} NOLOGIN; END IF;
      -- From 16 on, who makes a role is its member without being allowed to take it on.
      IF NOT pg_has_role(current_user, '${tenantRole}', CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN GRANT ${tenantRole} TO CURRENT_USER; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- somebody else has just made it
    END $$`);
    const { rows } = await connection.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relrowsecurity");
    await connection.query(`DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${tenantRole}', current_schema()); END $$`);
    for (const { name } of rows) await connection.query(`GRANT ${narrow[name] ?? 'SELECT, INSERT, UPDATE, DELETE'} ON "${name}" TO ${tenantRole}`);
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

function isForbidden(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '42501';
}
