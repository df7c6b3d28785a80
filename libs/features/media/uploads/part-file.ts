import type { DiskAnswer, DiskFailure, DiskQuestion } from './upload-disk.thread.js';

/** Collected while the piece before it is being written: so much at most waits here, and about as much is on its way. */
const batchBytes = 256 * 1024;
/** A chunk of less is copied together with its neighbours: giving memory away costs more than copying it. */
const worthGiving = 16 * 1024;

export interface DiskPort {
  ask(question: DiskQuestion, given?: readonly ArrayBuffer[]): Promise<DiskAnswer>;
}

/** The end of a file that grows. What is appended is written in the background, in order; a failure is told by the next call. */
export class PartFile {
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  /** Never rejects. */
  private writing: Promise<void> | null = null;
  private failure: Error | null = null;

  /** @param writtenBytes what the file holds for certain; a part of a chunk, where the disk did not take more */
  constructor(private readonly disk: DiskPort, private readonly file: number, public writtenBytes: number) {}

  /** Takes the chunk's memory over: the caller must not touch it again. Resolves when there is room for more. */
  async append(chunk: Uint8Array): Promise<void> {
    if (this.failure) throw this.failure;
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    this.writing ??= this.writeOn();
    if (this.waitingBytes >= batchBytes) await this.written();
  }

  /** Nothing is on its way any more. Rejects with what kept something from being written. */
  async written(): Promise<void> {
    await this.settled();
    if (this.failure) throw this.failure;
  }

  /** Nothing is on its way any more, written or not. */
  async settled(): Promise<void> {
    await this.writing;
  }

  /** @returns how many bytes survive a power cut from now on */
  async flush(): Promise<number> {
    await this.settled();
    return (await this.disk.ask({ kind: 'flush', file: this.file })).length;
  }

  /** @returns the SHA-256 of the file in hex; null: its beginning was there before it was opened */
  async close(): Promise<string | null> {
    await this.settled();
    return (await this.disk.ask({ kind: 'close', file: this.file })).sha256;
  }

  private async writeOn(): Promise<void> {
    try {
      while (this.waiting.length > 0 && !this.failure) {
        const bytes = ownMemory(this.waiting);
        this.waiting = [];
        this.waitingBytes = 0;
        const { length, failure } = await this.disk.ask({ kind: 'write', file: this.file, bytes }, bytes.map(({ buffer }) => buffer));
        this.writtenBytes = length;
        this.failure = failure && systemError(failure);
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.writing = null;
    }
  }
}

/** As the system reports it, for those who look at its code. */
export function systemError({ message, code }: DiskFailure): Error {
  return Object.assign(new Error(message), code !== null && { code });
}

/** Memory that may be given to another thread: a chunk can be a part of a buffer that others use, as Node's pool is. */
function ownMemory(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer>[] {
  const isOwn = (chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> => chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength && chunk.byteLength >= worthGiving;
  return chunks.every(isOwn) ? [...chunks] : [together(chunks)];
}

function together(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
