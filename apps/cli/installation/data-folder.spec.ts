import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataFolder } from './data-folder.js';

describe('openDataFolder', () => {
  it('makes a folder for its owner only, and says in a sentence when it cannot', () => {
    const parent = mkdtempSync(join(tmpdir(), 'heliograph-data-'));
    const folder = openDataFolder(join(parent, 'data'));
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    writeFileSync(join(parent, 'file'), '');
    expect(() => openDataFolder(join(parent, 'file'))).toThrow(/The data folder .*file cannot be used \(.*\)\. Choose another folder with HELIOGRAPH_DATA/);
    rmSync(parent, { recursive: true });
  });
});
