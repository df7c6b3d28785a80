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
  /** To be cut to `length` before the next line: it is to be forgotten, or holds the beginning of a line that failed. */
  private isToBeCut = false;

  /** @param length bytes of whole lines on disk */
  private constructor(private readonly file: FileHandle, private length: number) {}

  /**
   * Reads what is there, oldest first, then opens for appending. A torn last line (the process died while writing) was
   * never acknowledged and is cut off; damage anywhere else is refused, because guessing would falsify the ledger.
   */
  static async open<T>(path: string, replay: (entry: T) => void): Promise<Journal> {
    const bytes = await readIfPresent(path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    let number = 0;
    // Line by line: a long journal is longer than a string can be.
    for (let at = 0; at < end; at = bytes.indexOf(0x0a, at) + 1) {
      number += 1;
      const line = bytes.toString('utf8', at, bytes.indexOf(0x0a, at));
      if (line !== '') replay(parseLine<T>(path, number, line));
    }
    if (end < bytes.length) await truncate(path, end);
    return new Journal(await open(path, 'a'), end);
  }

  /**
   * Rejects when the disk refuses the line. It is then not forgotten but tried again with the next one, because what has been
   * applied stays, and later lines build on it.
   * @param isDurable false: written with the next batch, not waited for.
   */
  append(entry: object, isDurable: boolean): Promise<void> {
    this.lines.push(`${JSON.stringify(entry)}\n`);
    if (!isDurable) return Promise.resolve();
    return this.written();
  }

  /** Forgets everything before this call, for `POST /_sandbox/reset`; what is appended afterwards stays. */
  clear(): Promise<void> {
    this.lines = [];
    this.length = 0;
    this.isToBeCut = true;
    return this.written();
  }

  async close(): Promise<void> {
    await this.flushing;
    try {
      if (this.lines.length > 0) await this.write();
    } finally {
      await this.file.close();
    }
  }

  private written(): Promise<void> {
    const written = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.flushing ??= this.flush();
    return written;
  }

  private async flush(): Promise<void> {
    do {
      const { waiting } = this;
      this.waiting = [];
      try {
        await this.write();
        for (const each of waiting) each.resolve();
      } catch (error) {
        for (const each of waiting) each.reject(error);
      }
    } while (this.waiting.length > 0);
    this.flushing = null;
  }

  private async write(): Promise<void> {
    const { lines, length, isToBeCut } = this;
    this.lines = [];
    this.isToBeCut = false;
    try {
      if (isToBeCut) await this.file.truncate(length);
      const bytes = Buffer.from(lines.join(''));
      await this.file.appendFile(bytes);
      await this.file.datasync();
      if (!this.isCleared()) this.length = length + bytes.length;
    } catch (error) {
      // A reset in the meantime wants none of these lines.
      if (!this.isCleared()) this.lines = [...lines, ...this.lines];
      this.isToBeCut = true;
      throw error;
    }
  }

  /** Asked while a write is under way: the write itself has taken the mark that was there before. */
  private isCleared(): boolean {
    return this.isToBeCut;
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
    const entry: unknown = JSON.parse(line);
    if (typeof entry === 'object' && entry !== null) return entry as T;
  } catch {
    // As damaged as a line that is JSON of another kind.
  }
  throw new Error(`${path} is damaged at line ${String(number)}. Restore it from a copy, or start with another --data folder.`);
}
