import { closeSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { unreachable } from './unreachable.js';

/**
 * Takes a response's bytes into a new file, up to a limit. Writes are synchronous and never ask the sender to pause: undici 7
 * ends the whole process when a server closes the connection while its body is paused (nodejs/undici#5360, fixed only in 8,
 * which needs Node 22). A chunk is at most 64 KB into the page cache; TCP itself holds the sender back.
 */
export class DownloadSink extends Writable {
  sizeBytes = 0;
  private readonly file: number;

  constructor(
    private readonly path: string,
    private readonly url: URL,
    private readonly maxBytes: number,
  ) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER });
    this.file = onDisk(() => openSync(path, 'wx', 0o600));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.maxBytes) {
      done(tooLarge(this.url, this.maxBytes));
      return;
    }
    try {
      for (let written = 0; written < chunk.length; ) written += onDisk(() => writeSync(this.file, chunk, written));
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    closeSync(this.file);
    done(error);
  }

  /** After a failure: nothing is left. */
  async discard(): Promise<void> {
    this.destroy();
    await rm(this.path, { force: true });
  }
}

/** A fault of this machine, which must not be told as one of the server. The cause is what the file system said. */
export class DiskError extends Error {
  constructor(cause: unknown) {
    super('The file could not be written', { cause });
    this.name = 'DiskError';
  }
}

function onDisk<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new DiskError(error);
  }
}

export function tooLarge(url: URL, maxBytes: number): Error {
  return unreachable('too_large', url, { details: { max_bytes: maxBytes } });
}
