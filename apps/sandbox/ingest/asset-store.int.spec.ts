import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AssetStore } from './asset-store.js';

const NAME = `${'a'.repeat(40)}.jpg`;

describe('asset store', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'sandbox-assets-')); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps a file that arrives while the old ones are removed, also one of the same name', async () => {
    const assets = await AssetStore.open(folder);
    await writeFile(join(assets.folder, NAME), 'old');
    const clearing = assets.clear();
    expect(existsSync(join(assets.folder, NAME))).toBe(false);
    const arriving = writeFile(join(assets.folder, NAME), 'new');
    await Promise.all([clearing, arriving]);
    expect(await assets.find(NAME)).toMatchObject({ bytes: 3 });
    expect(await readdir(folder)).toEqual(['cdn']);
  });

  it('finishes a removal that was cut off, and drops unfinished downloads', async () => {
    await mkdir(join(folder, 'cdn-1.old'));
    await mkdir(join(folder, 'cdn'));
    await writeFile(join(folder, 'cdn', 'x.part'), 'half');
    const assets = await AssetStore.open(folder);
    expect(await readdir(folder)).toEqual(['cdn']);
    expect(await readdir(assets.folder)).toHaveLength(1);
  });
});
