import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatKeyRing } from '#infra/config/child-environment';
import { readSettings } from '#infra/config/settings';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { ensureApiKey, ensureEncryptionKeys, findEncryptionKeys } from './secrets.js';

let folder: DataFolder;
beforeEach(() => {
  folder = openDataFolder(mkdtempSync(join(tmpdir(), 'heliograph-secrets-')));
});
afterEach(() => rmSync(folder.path, { recursive: true }));

describe('encryption keys', () => {
  it('are made once, kept for the owner only, and read again', () => {
    const settings = readSettings({});
    expect(findEncryptionKeys(settings, folder)).toEqual([]);
    const keys = ensureEncryptionKeys(settings, folder);
    expect(keys).toMatchObject([{ id: 'k1' }]);
    expect(keys[0]?.key).toHaveLength(32);
    expect(statSync(folder.encryptionKeys).mode & 0o777).toBe(0o600);
    expect(ensureEncryptionKeys(settings, folder)).toEqual(keys);
  });

  it('come from the settings when they are set there, and nothing is written', () => {
    const settings = readSettings({ ENCRYPTION_KEYS: formatKeyRing([{ id: 'mine', key: Buffer.alloc(32, 7) }]) });
    expect(ensureEncryptionKeys(settings, folder)).toEqual(settings.encryptionKeys);
    expect(findEncryptionKeys(readSettings({}), folder)).toEqual([]);
  });

  it('are not silently replaced when their file is damaged', () => {
    writeFileSync(folder.encryptionKeys, 'k1:short');
    expect(() => ensureEncryptionKeys(readSettings({}), folder)).toThrow(/encryption-keys is damaged\. Bring it back from a backup/);
  });
});

describe('the first API key', () => {
  it('is made once and kept for the owner only; BOOTSTRAP_API_KEY goes before it', () => {
    const generate = (): string => `hg_${'a'.repeat(8)}_${'b'.repeat(32)}`;
    expect(ensureApiKey(readSettings({}), folder, generate)).toBe(generate());
    expect(ensureApiKey(readSettings({}), folder, () => 'another')).toBe(generate());
    expect(statSync(folder.apiKey).mode & 0o777).toBe(0o600);
    const chosen = `hg_${'c'.repeat(8)}_${'d'.repeat(32)}`;
    expect(ensureApiKey(readSettings({ BOOTSTRAP_API_KEY: chosen }), folder, generate)).toBe(chosen);
  });
});
