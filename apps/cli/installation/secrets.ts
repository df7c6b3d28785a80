import { randomBytes } from 'node:crypto';
import { formatKeyRing } from '#infra/config/child-environment';
import { parseKeyRing } from '#infra/config/environment-rules';
import type { EncryptionKey, Settings } from '#infra/config/settings';
import { CliError } from '../terminal/cli-error.js';
import type { DataFolder } from './data-folder.js';
import { readPrivateFile, writePrivateFile } from './private-file.js';

/** The keys from the settings, else those kept in the data folder. @returns an empty list when there are neither */
export function findEncryptionKeys(settings: Settings, folder: DataFolder): readonly EncryptionKey[] {
  if (settings.encryptionKeys.length > 0) return settings.encryptionKeys;
  const text = readPrivateFile(folder.encryptionKeys);
  if (text === null) return [];
  const keys = parseKeyRing(text.trim());
  if (keys) return keys;
  throw new CliError(
    `The file ${folder.encryptionKeys} is damaged. Bring it back from a backup; without it the stored access tokens cannot be read (delete it only to connect every profile anew).`,
  );
}

/** Like `findEncryptionKeys`; a first start makes a key and keeps it. */
export function ensureEncryptionKeys(settings: Settings, folder: DataFolder): readonly EncryptionKey[] {
  const known = findEncryptionKeys(settings, folder);
  if (known.length > 0) return known;
  const keys = [{ id: 'k1', key: randomBytes(32) }];
  writePrivateFile(folder.encryptionKeys, `${formatKeyRing(keys)}\n`);
  return keys;
}

/** The first API key: from the settings, from the last start, or new. */
export function ensureApiKey(settings: Settings, folder: DataFolder, generate: () => string): string {
  if (settings.bootstrapApiKey) return settings.bootstrapApiKey;
  const kept = readPrivateFile(folder.apiKey)?.trim();
  if (kept) return kept;
  const key = generate();
  writePrivateFile(folder.apiKey, `${key}\n`);
  return key;
}
