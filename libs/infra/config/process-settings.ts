import { readSettings, SettingsError, type Settings } from './settings.js';

export type ProcessSettings = Settings & { readonly databaseUrl: string };

/** Settings for a process on its own: what `heliograph up` would have provided must be set. */
export function readProcessSettings(): ProcessSettings {
  const settings = readSettings();
  const problems: string[] = [];
  if (!settings.databaseUrl) problems.push('DATABASE_URL must be set when a process runs on its own (`heliograph up` brings an embedded PostgreSQL)');
  if (settings.encryptionKeys.length === 0) problems.push('ENCRYPTION_KEYS must be set when a process runs on its own (`heliograph up` generates them)');
  if (problems.length > 0 || !settings.databaseUrl) throw new SettingsError(problems);
  return { ...settings, databaseUrl: settings.databaseUrl };
}
