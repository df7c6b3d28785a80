import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  it('refuses damage anywhere else, naming file and line', async () => {
    await writeFile(path, '{"number":1}\nrubbish\n{"number":3}\n');
    await expect(reopen()).rejects.toThrow(`${path} is damaged at line 2`);
  });

  it('writes what was not waited for at the latest when it closes', async () => {
    const { journal } = await reopen();
    await journal.append({ number: 1 }, false);
    await journal.close();
    expect((await reopen()).entries).toEqual([{ number: 1 }]);
  });
});
