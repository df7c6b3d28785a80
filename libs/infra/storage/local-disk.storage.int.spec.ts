import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#kernel/app-error';
import { SystemClock } from '#kernel/clock';
import { LocalDiskStorage } from './local-disk.storage.js';

const absentKey = '0'.repeat(64);

describe('LocalDiskStorage', () => {
  let folder: string;
  let storage: LocalDiskStorage;
  const content = randomBytes(3_000_000);
  const sha256 = createHash('sha256').update(content).digest('hex');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storage-'));
    storage = new LocalDiskStorage(join(folder, 'media'), new SystemClock());
    await writeFile(join(folder, 'source'), content);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names an object by its content and gives its bytes back', async () => {
    const stored = await storage.put(join(folder, 'source'));
    expect(stored).toEqual({ key: sha256, sha256, sizeBytes: content.length });
    expect(await storage.stat(stored.key)).toEqual({ sizeBytes: content.length });
    expect((await buffer(await storage.open(stored.key))).equals(content)).toBe(true);
  });

  it('gives a part when asked', async () => {
    const { key } = await storage.put(join(folder, 'source'));
    expect((await buffer(await storage.open(key, { start: 10, end: 19 }))).equals(content.subarray(10, 20))).toBe(true);
    expect((await buffer(await storage.open(key, { start: content.length - 5 }))).equals(content.subarray(-5))).toBe(true);
  });

  it('stores the same bytes once, also for writers at the same time, and leaves nothing beside', async () => {
    await Promise.all(Array.from({ length: 5 }, () => storage.put(join(folder, 'source'))));
    expect(await readdir(join(folder, 'media', sha256.slice(0, 2)))).toEqual([sha256]);
    expect(await readdir(join(folder, 'media', '.incoming'))).toEqual([]);
  });

  it('leaves nothing behind when the source cannot be read', async () => {
    await expect(storage.put(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(join(folder, 'media'))).toEqual(['.incoming']);
    expect(await readdir(join(folder, 'media', '.incoming'))).toEqual([]);
  });

  it('deletes, and again without complaint', async () => {
    const { key } = await storage.put(join(folder, 'source'));
    await storage.delete(key);
    await storage.delete(key);
    expect(await storage.stat(key)).toBeNull();
    await expect(storage.open(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([absentKey, '', '..', '../source', `../../${absentKey}`, `${absentKey}/..`, `${absentKey}\n`, absentKey.replace('0', 'A')])(
    'finds nothing under the key %j and deletes nothing outside', async (key) => {
      await expect(storage.open(key)).rejects.toThrow(AppError);
      expect(await storage.stat(key)).toBeNull();
      await storage.delete(key);
      expect(await readdir(folder)).toContain('source');
    },
  );

  it('clears what a killed process left half-written, a day later', async () => {
    const left = join(folder, 'media', '.incoming', 'job-old');
    await mkdir(left, { recursive: true });
    await utimes(left, new Date(0), new Date(0));
    await storage.onModuleInit();
    expect(await readdir(join(folder, 'media', '.incoming'))).toEqual([]);
  });
});

