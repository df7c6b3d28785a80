import { randomBytes } from 'node:crypto';
import type { AccountsAdmin } from '#features/accounts/index';
import { readSettings } from '#infra/config/settings';
import { applyMigrations } from '../../../prisma/migrate.js';
import { openDataFolder } from '../installation/data-folder.js';
import { withDatabase } from '../installation/local-database.js';
import { findEncryptionKeys } from '../installation/secrets.js';
import { CliError } from '../terminal/cli-error.js';
import { paint } from '../terminal/style.js';

export function createKey(input: { name: string; group?: string }): Promise<void> {
  return withAccounts(async (admin) => {
    const { id, key } = await admin.createApiKey({ name: input.name, ...(input.group ? { profileGroupId: input.group } : {}) });
    console.log(`${paint('bold', key)}\n\nThis is ${id}. The key is shown only now: keep it.`);
  });
}

export function listKeys(): Promise<void> {
  return withAccounts(async (admin) => {
    const keys = await admin.listApiKeys();
    const rows = keys.map((key) => [key.id, `hg_${key.prefix}_…`, key.name, key.profileGroupId ?? 'whole workspace', lastUse(key.lastUsedAt), key.revokedAt ? 'revoked' : 'active']);
    console.log(table([['ID', 'KEY', 'NAME', 'SCOPE', 'LAST USED', 'STATE'], ...rows]));
  });
}

export function revokeKey(id: string): Promise<void> {
  return withAccounts(async (admin) => {
    if (!(await admin.revokeApiKey(id))) throw new CliError(`There is no active key ${id}. "heliograph keys list" shows the ids.`);
    console.log(`${id} is revoked.`);
  });
}

async function withAccounts(use: (admin: AccountsAdmin) => Promise<void>): Promise<void> {
  const settings = readSettings();
  const folder = openDataFolder(settings.dataDir);
  const { openAccountsAdmin } = await import('#features/accounts/index');
  // Key management seals nothing, so on a machine that has no encryption keys any will do.
  const known = findEncryptionKeys(settings, folder);
  const encryptionKeys = known.length > 0 ? known : [{ id: 'none', key: randomBytes(32) }];
  await withDatabase(settings, folder, 'keys', async (databaseUrl) => {
    await applyMigrations(databaseUrl);
    const admin = openAccountsAdmin({ databaseUrl, encryptionKeys }, 'instagram');
    await use(admin).finally(() => admin.close());
  });
}

function lastUse(moment: Date | null): string {
  return moment ? moment.toISOString().slice(0, 16).replace('T', ' ') : 'never';
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
