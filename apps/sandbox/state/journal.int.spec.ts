import { appendFile, type FileHandle, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from './journal.js';

describe('journal', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-journal-'));
    path = join(folder, 'journal.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const reopen = async (): Promise<{ journal: Journal; entries: unknown[] }> => {
    const entries: unknown[] = [];
    return { journal: await Journal.open(path, (entry) => { entries.push(entry); }), entries };
  };

  const readAgain = async (): Promise<unknown[]> => {
    const { journal, entries } = await reopen();
    await journal.close();
    return entries;
  };

  it('has a line on disk when append resolves', async () => {
    const { journal } = await reopen();
    await Promise.all([1, 2, 3].map((number) => journal.append({ number }, true)));
    expect(await readFile(path, 'utf8')).toBe('{"number":1}\n{"number":2}\n{"number":3}\n');
    await journal.close();
  });

  it('cuts off a torn last line and goes on after it', async () => {
    const first = await reopen();
    await first.journal.append({ number: 1 }, true);
    await first.journal.close();
    await appendFile(path, '{"number":2,"cut');
    const second = await reopen();
    await second.journal.append({ number: 3 }, true);
    await second.journal.close();
    const third = await reopen();
    expect(third.entries).toEqual([{ number: 1 }, { number: 3 }]);
    await third.journal.close();
  });

  it.each(['rubbish', 'null', '7'])('refuses damage anywhere else, naming file and line: %s', async (line) => {
    await writeFile(path, `{"number":1}\n${line}\n{"number":3}\n`);
    await expect(reopen()).rejects.toThrow(`${path} is damaged at line 2`);
  });

  it('forgets what was appended before clear, and nothing of what comes after it, however close', async () => {
    const { journal } = await reopen();
    const before = journal.append({ number: 1 }, true);
    const late = journal.append({ number: 2 }, true);
    const cleared = journal.clear();
    const after = journal.append({ number: 3 }, true);
    await Promise.all([before, late, cleared, after]);
    await Promise.all([journal.clear(), journal.append({ number: 4 }, true)]);
    await journal.close();
    expect(await readAgain()).toEqual([{ number: 4 }]);
  });

  it('refuses while the disk is full, leaves no half line, and has everything in order when there is room again', async () => {
    const { journal } = await reopen();
    await journal.append({ number: 1 }, true);
    const handle = await open(path, 'r');
    const full = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'appendFile').mockImplementation(async () => {
      await appendFile(path, '{"number":2,"half');
      throw new Error('ENOSPC');
    });
    await handle.close();
    await expect(journal.append({ number: 2 }, true)).rejects.toThrow('ENOSPC');
    await expect(journal.append({ number: 3 }, true)).rejects.toThrow('ENOSPC');
    full.mockRestore();
    await journal.append({ number: 4 }, true);
    await journal.close();
    expect(await readAgain()).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }, { number: 4 }]);
  });

  it('writes what was not waited for at the latest when it closes', async () => {
    const { journal } = await reopen();
    await journal.append({ number: 1 }, false);
    await journal.close();
    expect(await readAgain()).toEqual([{ number: 1 }]);
  });
});
