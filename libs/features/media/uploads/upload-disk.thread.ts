import type { Hash } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';

export type DiskQuestion =
  /** For writing behind the first `length` bytes; what was there is cut off. */
  | { readonly kind: 'open'; readonly path: string; readonly length: number }
  /** Behind what is there. */
  | { readonly kind: 'write'; readonly file: number; readonly bytes: readonly Uint8Array[] }
  /** So that what is written survives a power cut. */
  | { readonly kind: 'flush'; readonly file: number }
  | { readonly kind: 'close'; readonly file: number };

export interface DiskFailure {
  readonly message: string;
  /** As the system calls it: ENOSPC. */
  readonly code: string | null;
}

export interface DiskAnswer {
  readonly id: number;
  readonly file: number;
  /** What the file holds for certain, also after a failure: a disk that is nearly full takes a part. */
  readonly length: number;
  /** Of the whole file, lower-case hex, where it was written from its first byte on; once it is closed. */
  readonly sha256: string | null;
  readonly failure: DiskFailure | null;
}

export type AskedDisk = DiskQuestion & { readonly id: number };

/** What is used of the file system: a test has a narrow one. */
export type DiskCalls = Pick<typeof import('node:fs'), 'openSync' | 'ftruncateSync' | 'writeSync' | 'fdatasyncSync' | 'closeSync' | 'readlinkSync'>;

interface OpenFile {
  length: number;
  /** null: it began before this piece. */
  readonly hash: Hash | null;
}

/**
 * Does what it is asked, one question after the other, and answers each. Runs in a thread of its own, sent there as its own source
 * text, which works from TypeScript in tests and from `dist` alike: it may use nothing but its arguments, `diskParts` and the globals of JavaScript.
 */
export function answerDiskRequests(fs: DiskCalls, port: MessagePort): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const files = new Map<number, OpenFile>();

  function open(path: string, length: number): number {
    const file = fs.openSync(path, length === 0 ? 'w+' : 'r+', 0o600);
    try {
      fs.ftruncateSync(file, length);
    } catch (error) {
      fs.closeSync(file);
      throw error;
    }
    files.set(file, { length, hash: length === 0 ? createHash('sha256') : null });
    return file;
  }

  function write(file: number, bytes: readonly Uint8Array[]): void {
    const into = files.get(file);
    if (!into) throw new Error('The file is not open');
    for (const chunk of bytes) {
      for (let at = 0; at < chunk.length; ) {
        const written = fs.writeSync(file, chunk, at, chunk.length - at, into.length);
        at += written;
        into.length += written;
      }
      into.hash?.update(chunk);
    }
  }

  function close(file: number): string | null {
    const hash = files.get(file)?.hash;
    files.delete(file);
    fs.closeSync(file);
    return hash?.digest('hex') ?? null;
  }

  port.on('message', (question: AskedDisk) => {
    let file = question.kind === 'open' ? -1 : question.file;
    let length = files.get(file)?.length ?? 0;
    let sha256: string | null = null;
    let failure: DiskFailure | null = null;
    try {
      if (question.kind === 'open') file = open(question.path, question.length);
      else if (question.kind === 'write') write(file, question.bytes);
      else if (question.kind === 'flush') fs.fdatasyncSync(file);
      else sha256 = close(file);
    } catch (error) {
      failure = { message: String(error), code: error instanceof Error && 'code' in error ? String(error.code) : null };
    }
    length = files.get(file)?.length ?? length;
    port.postMessage({ id: question.id, file, length, sha256, failure } satisfies DiskAnswer);
  });
}

/** Others go first where there are fewer cores than work. On Linux a priority is a thread's, elsewhere the whole process's: nothing is done there. */
export function yieldToOthers(fs: Pick<DiskCalls, 'readlinkSync'>): void {
  const niceness = 10;
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(fs.readlinkSync('/proc/thread-self').split('/').pop());
    process.getBuiltinModule('node:os').setPriority(thread, niceness);
  } catch {
    return; // without /proc, or where a sandbox forbids it: uploads are written at everybody's priority
  }
}
