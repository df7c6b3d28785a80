import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';

interface Waiting {
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Append-only JSONL file. `append` resolves only when the line is on disk (fdatasync); lines that arrive while a sync
 * runs share the next one. What was acknowledged is therefore still there after `kill -9` or a power cut.
 */
export class Journal {
  private lines: string[] = [];
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;

  private constructor(private readonly file: FileHandle) {}

  /**
   * Reads what is there, oldest first, then opens for appending. A torn last line (the process died while writing) was
   * never acknowledged and is cut off; damage anywhere else is refused, because guessing would falsify the ledger.
   */
  static async open<T>(path: string, replay: (entry: T) => void): Promise<Journal> {
    const bytes = await readIfPresent(path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.subarray(0, end).toString('utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      if (line !== '') replay(parseLine<T>(path, index + 1, line));
    }
    if (end < bytes.length) await truncate(path, end);
    return new Journal(await open(path, 'a'));
  }

  /** @param isDurable false: written with the next batch, not waited for. */
  append(entry: object, isDurable: boolean): Promise<void> {
    this.lines.push(`${JSON.stringify(entry)}\n`);
    if (!isDurable) return Promise.resolve();
    const written = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.flushing ??= this.flush();
    return written;
  }

  /** Forgets everything, for `POST /_sandbox/reset`. */
  async clear(): Promise<void> {
    await this.flushing;
    this.lines = [];
    await this.file.truncate(0);
    await this.file.datasync();
  }

  async close(): Promise<void> {
    await this.flushing;
    if (this.lines.length > 0) await this.flush();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    do {
      const text = this.lines.join('');
      const waiting = this.waiting;
      this.lines = [];
      this.waiting = [];
      try {
        await this.file.appendFile(text);
        await this.file.datasync();
        for (const each of waiting) each.resolve();
      } catch (error) {
        for (const each of waiting) each.reject(error);
      }
    } while (this.waiting.length > 0);
    this.flushing = null;
  }
}

async function readIfPresent(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function parseLine<T>(path: string, number: number, line: string): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new Error(`${path} is damaged at line ${String(number)}. Restore it from a copy, or start with another --data folder.`);
  }
}
