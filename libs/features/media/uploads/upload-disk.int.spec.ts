import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '#infra/logging/logger';
import { UploadDisk } from './upload-disk.js';

const folder = mkdtempSync(join(tmpdir(), 'heliograph-disk-'));
const logger = createLogger({ name: 'disk', level: 'silent' });
let disk: UploadDisk;
let threads: Worker[];
let path: string;
const onThread = (thread: Worker): unknown => threads.push(thread);

beforeEach(() => {
  threads = [];
  process.on('worker', onThread);
  disk = new UploadDisk(logger);
  path = join(folder, randomBytes(6).toString('hex'));
});
afterEach(async () => {
  process.off('worker', onThread);
  await disk.onApplicationShutdown();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openFiles = async (): Promise<number> => (process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0);

describe('the disk of uploads', () => {
  it('cuts off what was behind, goes on there, and counts only what it has seen from the beginning', async () => {
    await writeFile(path, 'begun, and rubbish');
    const file = await disk.open(path, 5);
    await file.append(Buffer.from(' anew'));
    expect([await file.flush(), await file.close(), readFileSync(path, 'utf8')]).toEqual([10, null, 'begun anew']);
  });

  it('writes many files at once in one thread', async () => {
    const files = await Promise.all(Array.from({ length: 10 }, async (_, at) => {
      const bytes = randomBytes(1_000_000 + at);
      const file = await disk.open(`${path}${at}`, 0);
      for (let from = 0; from < bytes.length; from += 65_536) await file.append(Uint8Array.from(bytes.subarray(from, from + 65_536)));
      return { bytes, length: await file.flush(), sha256: await file.close(), at };
    }));
    for (const { bytes, length, sha256, at } of files) {
      expect([length, sha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
      expect((await readFile(`${path}${at}`)).equals(bytes)).toBe(true);
    }
    expect(threads).toHaveLength(1);
  });

  it.runIf(process.platform === 'linux')('lets everybody else go first', async () => {
    const before = new Set(await readdir('/proc/self/task'));
    await (await disk.open(path, 0)).close();
    const niceness = (task: string): number => Number(readFileSync(`/proc/self/task/${task}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')[16]);
    const fresh = (await readdir('/proc/self/task')).filter((task) => !before.has(task));
    expect(fresh.map(niceness)).toContain(10);
    expect(niceness(String(process.pid))).toBe(0);
  });

  it('says what the system says', async () => {
    await expect(disk.open(path, 100)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(disk.open(folder, 0)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('ends what is under way with its thread, leaves no file open, and has a new thread for the next', async () => {
    const before = await openFiles();
    const files = await Promise.all([disk.open(path, 0), disk.open(`${path}b`, 0)]);
    const [first, second] = files;
    await first?.append(randomBytes(1000));
    expect(await first?.flush()).toBe(1000);
    await threads[0]?.terminate();
    const gone = { code: 'service_unavailable' };
    await expect(Promise.resolve().then(() => second?.flush())).rejects.toMatchObject(gone);
    await first?.append(randomBytes(1000));
    await expect(first?.written()).rejects.toMatchObject(gone);
    await expect(first?.append(randomBytes(1000))).rejects.toMatchObject(gone);
    expect(first?.writtenBytes).toBe(1000);
    await expect(first?.close()).rejects.toMatchObject(gone);
    const again = await disk.open(path, 1000);
    await again.append(Buffer.from('more'));
    expect([await again.flush(), threads.length]).toEqual([1004, 2]);
    await again.close();
    await disk.onApplicationShutdown();
    expect(await openFiles()).toBeLessThanOrEqual(before);
  });

  it('ends its thread at the end, and needs none for nothing', async () => {
    await disk.onApplicationShutdown();
    expect(threads).toEqual([]);
    await (await disk.open(path, 0)).close();
    await disk.onApplicationShutdown();
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
  });
});
