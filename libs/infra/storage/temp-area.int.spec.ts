import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { TempArea } from './temp-area.js';

describe('TempArea', () => {
  let folder: string;
  let area: TempArea;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temp-area-'));
    area = new TempArea(join(folder, 'tmp'), new SystemClock());
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lends a private folder and removes it with its content', async () => {
    const path = await area.withDirectory(async (directory) => {
      expect((await stat(directory)).mode & 0o777).toBe(0o700);
      await writeFile(join(directory, 'incoming'), 'bytes');
      return directory;
    });
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('begins again where somebody cleared the disk', async () => {
    await area.create();
    await rm(join(folder, 'tmp'), { recursive: true });
    expect(await area.withDirectory((directory) => stat(directory))).toMatchObject({ isDirectory: expect.any(Function) as unknown });
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('removes the folder when the work fails', async () => {
    await expect(area.withDirectory(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('clears yesterday’s leftovers at start and leaves those of running siblings', async () => {
    const young = await area.create();
    const old = join(folder, 'tmp', 'job-old');
    await mkdir(old);
    await writeFile(join(old, 'part'), 'bytes');
    await utimes(old, new Date(0), new Date(0));
    await area.onModuleInit();
    expect(await readdir(join(folder, 'tmp'))).toEqual([young.split('/').pop()]);
  });

  it.each(['/etc', '.', '..'])('refuses to remove %s', async (path) => {
    await expect(area.remove(path)).rejects.toThrow('Not a temporary folder');
    await expect(area.remove(join(folder, 'tmp', path === '/etc' ? '../other' : path))).rejects.toThrow('Not a temporary folder');
  });
});
