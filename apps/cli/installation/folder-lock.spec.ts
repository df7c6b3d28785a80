import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLockOwner, FolderLock } from './folder-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heliograph-lock-'));
  path = join(folder, 'up.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('FolderLock', () => {
  it('is held by one at a time, and says who holds it and what to do', () => {
    const lock = FolderLock.acquire(path, 'up');
    expect(findLockOwner(path)).toMatchObject({ pid: process.pid, command: 'up' });
    expect(() => FolderLock.acquire(path, 'keys')).toThrow(new RegExp(`runs on this data folder already \\(process ${process.pid}, .*kill ${process.pid}.*HELIOGRAPH_DATA`));
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    FolderLock.acquire(path, 'up').release();
  });

  it.each([
    ['of a process that is gone', { pid: 999_999_999, identity: 'boot:1', command: 'up', since: '' }],
    ['whose number belongs to another process now', { pid: process.pid, identity: 'boot:1', command: 'up', since: '' }],
  ])('takes over a lock %s', (_case, owner) => {
    writeFileSync(path, JSON.stringify(owner));
    expect(findLockOwner(path)).toBeNull();
    const lock = FolderLock.acquire(path, 'up');
    expect(findLockOwner(path)?.pid).toBe(process.pid);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['', '{"pid":', 'null'])('takes over a lock that a power cut left as %j', (text) => {
    writeFileSync(path, text);
    FolderLock.acquire(path, 'up').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not release what somebody else has taken over', () => {
    const lock = FolderLock.acquire(path, 'up');
    writeFileSync(path, 'theirs');
    lock.release();
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });
});
