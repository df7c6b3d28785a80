import { SettingsError } from '#infra/config/settings';
import type { Database } from './database.js';
import { isDatabaseOutage } from './outage.js';
import { tenantRole } from './tenant-role.js';

/**
 * The database, once it has shown that row-level security holds for it.
 *
 * @throws SettingsError in a sentence that says what to do
 */
export async function requireWall(database: Database): Promise<Database> {
  try {
    const [wall] = await database.$queryRaw<{ isActive: boolean }[]>`SELECT row_security_active('post') AS "isActive"`;
    if (wall?.isActive) return database;
  } catch (error) {
    await database.$disconnect();
    if (isDatabaseOutage(error)) throw error;
    throw withoutRole(error instanceof Error ? error.message : String(error));
  }
  await database.$disconnect();
  throw withoutRole('row-level security is not active for it');
}

function withoutRole(reason: string): SettingsError {
  return new SettingsError([
    `The database role ${tenantRole} cannot be used (${reason.split('\n').at(-1)?.trim() ?? reason}). Run "heliograph migrate" with a user that may create roles. ` +
      `Where it may not, or somebody else has made the role: let a superuser "CREATE ROLE ${tenantRole}" (unless it is there) and "GRANT ${tenantRole} TO" the user of DATABASE_URL, then migrate. ` +
      'Or set DATABASE_ROW_SECURITY=off to do without the second wall between workspaces (docs/configuration.md)',
  ]);
}
