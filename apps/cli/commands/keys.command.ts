import { randomBytes } from 'node:crypto';
import type { AccountsAdmin } from '#features/accounts/index';
import { readSettings } from '#infra/config/settings';
import { applyMigrations } from '../../../prisma/migrate.js';
import { openDataFolder } from '../installation/data-folder.js';
import { withDatabase } from '../installation/local-database.js';
import { findEncryptionKeys } from '../installation/secrets.js';
import { CliError } from '../terminal/cli-error.js';
import { paint } from '../terminal/style.js';
import { readDuration, readMoment } from '../terminal/time-option.js';

export interface CreateKeyArguments {
  readonly name: string;
  readonly group?: string;
  /** `read,posts:write` */
  readonly permissions?: string;
  /** `90d`, `2027-01-31` */
  readonly expires?: string;
}

export function createKey({ name, group, permissions, expires }: CreateKeyArguments): Promise<void> {
  const expiresAt = expires === undefined ? null : readMoment('--expires', expires, new Date());
  return withAccounts(async (admin) => {
    const { id, key } = await admin.createApiKey({
      name,
      ...(group ? { profileGroupId: group } : {}),
      ...(permissions === undefined ? {} : { permissions: permissions.split(',').map((each) => each.trim()) }),
      ...(expiresAt ? { expiresAt } : {}),
    });
    console.log(`${paint('bold', key)}\n\nThis is ${id}. The key is shown only now: keep it.`);
  });
}

export function listKeys(): Promise<void> {
  return withAccounts(async (admin) => {
    const keys = await admin.listApiKeys();
    const rows = keys.map((key) => [
      key.id, `hg_${key.prefix}_…`, key.name, key.profileGroupId ?? 'whole workspace', key.mayEverything ? 'everything' : key.permissions.join(','),
      minute(key.expiresAt), minute(key.lastUsedAt), key.replacedById ? `${key.state}, rotated` : key.state,
    ]);
    console.log(table([['ID', 'KEY', 'NAME', 'SCOPE', 'PERMISSIONS', 'EXPIRES', 'LAST USED', 'STATE'], ...rows]));
  });
}

export function rotateKey(id: string, overlap: string): Promise<void> {
  const overlapMs = readDuration('--overlap', overlap);
  return withAccounts(async (admin) => {
    const rotated = await admin.rotateApiKey(id, overlapMs);
    if (!rotated) throw new CliError(`There is no active key ${id} that has not been rotated yet. "heliograph keys list" shows the ids.`);
    const { key, oldEndsAt } = rotated;
    console.log(`${paint('bold', key)}\n\nThis is ${rotated.id}. The key is shown only now: keep it. ${id} works until ${oldEndsAt.toISOString()}.`);
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

function minute(moment: Date | null): string {
  return moment ? moment.toISOString().slice(0, 16).replace('T', ' ') : 'never';
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
