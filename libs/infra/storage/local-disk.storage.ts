import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { OnModuleInit } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import type { Clock } from '#kernel/clock';
import { ObjectStorage, type ByteRange, type ListedObject, type PutOptions, type StoredObject } from './object-storage.port.js';
import { TempArea } from './temp-area.js';

const keyPattern = /^[0-9a-f]{64}$/;
/** Hashed at a go, in about a third of a millisecond: others wait meanwhile. */
const chunkBytes = 256 * 1024;

/** Objects as files, `<root>/<first two digits>/<sha-256>`. Written beside, flushed, then renamed into place. */
export class LocalDiskStorage extends ObjectStorage implements OnModuleInit {
  /** On the same file system as the objects: a rename across file systems is no rename. */
  private readonly incoming: TempArea;

  constructor(private readonly root: string, clock: Clock) {
    super();
    this.incoming = new TempArea(join(root, '.incoming'), clock);
  }

  onModuleInit(): Promise<void> {
    return this.incoming.removeStale();
  }

  override async put(localPath: string, { sha256, isGivenAway = false }: PutOptions = {}): Promise<StoredObject> {
    if (isGivenAway) {
      const stored = await freshen(localPath, sha256);
      if (await this.place(localPath, stored.key)) return stored;
    }
    return this.incoming.withDirectory(async (directory) => {
      const copy = join(directory, 'object');
      const stored = await copyAndHash(localPath, copy);
      if (!(await this.place(copy, stored.key))) throw new Error('The folder of what comes in lies on another file system than its objects');
      return stored;
    });
  }

  /** Moves a flushed file to where its object belongs; false: it lies on another file system. */
  private async place(path: string, key: string): Promise<boolean> {
    const folder = join(this.root, key.slice(0, 2));
    const moved = await moveInto(folder, path, key);
    if (moved === 'impossible') return false;
    await flushFolder(folder);
    if (moved === 'into a new folder') await flushFolder(this.root);
    return true;
  }

  override async open(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.pathOf(key);
    if (!path) throw missing();
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw isMissing(error) ? missing() : error;
    }
    return createReadStream(path, { fd: file, ...range });
  }

  override async stat(key: string): Promise<{ readonly sizeBytes: number } | null> {
    const path = this.pathOf(key);
    if (!path) return null;
    try {
      return { sizeBytes: (await stat(path)).size };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  override async delete(key: string): Promise<void> {
    const path = this.pathOf(key);
    if (path) await rm(path, { force: true });
  }

  override async *list(prefix: string): AsyncIterable<ListedObject> {
    for (const folder of await namesIn(this.root)) {
      if (!/^[0-9a-f]{2}$/.test(folder) || !(folder.startsWith(prefix) || prefix.startsWith(folder))) continue;
      for (const key of await namesIn(join(this.root, folder))) {
        if (!keyPattern.test(key) || !key.startsWith(prefix)) continue;
        const found = await stat(join(this.root, folder, key)).catch(nullIfMissing);
        if (found) yield { key, storedAt: found.mtime };
      }
    }
  }

  /** Taken aside first and looked at there, so that a fresh one which takes its place is not what is deleted. */
  override deleteOlder(key: string, limit: Date): Promise<boolean> {
    const path = this.pathOf(key);
    if (!path) return Promise.resolve(false);
    return this.incoming.withDirectory(async (directory) => {
      const found = await stat(path).catch(nullIfMissing);
      if (!found || found.mtime >= limit) return false;
      const aside = join(directory, 'object');
      const taken = await rename(path, aside).then(() => true, nullIfMissing);
      if (!taken) return false; // another worker has it
      if ((await stat(aside)).mtime < limit) return true;
      await rename(aside, path); // the same bytes, stored anew in between
      return false;
    });
  }

  /** null for anything but a key of ours: nothing from outside may walk the file system. */
  private pathOf(key: string): string | null {
    return keyPattern.test(key) ? join(this.root, key.slice(0, 2), key) : null;
  }
}

/** Over an equal object on purpose: the fresh time of change keeps a sweep of old orphans away from it. The folder is there but for the first time. */
async function moveInto(folder: string, path: string, key: string): Promise<'moved' | 'into a new folder' | 'impossible'> {
  const move = (): Promise<void> => rename(path, join(folder, key));
  try {
    const isMoved = await move().then(() => true, nullIfMissing);
    if (isMoved) return 'moved';
    const made = await mkdir(folder, { recursive: true });
    await move();
    return made === undefined ? 'moved' : 'into a new folder';
  } catch (error) {
    if (hasCode(error, 'EXDEV')) return 'impossible';
    throw error;
  }
}

/** One pass: what was hashed is what was written, even if the source changes meanwhile. */
async function copyAndHash(from: string, to: string): Promise<StoredObject> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const stored = await hashThrough(source, (chunk) => target.writeFile(chunk)); // at the current position, all of it
      await target.sync();
      return stored;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A file that becomes an object as it is: flushed, readable for us alone, and as young as one that was just written. */
async function freshen(path: string, known: string | undefined): Promise<StoredObject> {
  const file = await open(path, 'r+');
  try {
    const stored = known === undefined ? await hashThrough(file, async () => undefined) : { key: known, sizeBytes: (await file.stat()).size, sha256: known };
    const now = new Date();
    await file.utimes(now, now);
    await file.chmod(0o600);
    await file.sync();
    return stored;
  } finally {
    await file.close();
  }
}

async function hashThrough(source: FileHandle, keep: (chunk: Buffer) => Promise<void>): Promise<StoredObject> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let sizeBytes = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    await keep(chunk);
    sizeBytes += bytesRead;
  }
  const sha256 = hash.digest('hex');
  return { key: sha256, sizeBytes, sha256 };
}

/** A rename is durable once its folder is flushed. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function missing(): AppError {
  return new AppError('not_found', 'There is no such media');
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => nullIfMissing(error) ?? []);
}

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
