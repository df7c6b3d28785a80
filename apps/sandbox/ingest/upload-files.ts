import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download } from './media-download.js';

/** Read and forgotten of a body that is too long, so that its sender sees the answer; then the connection is cut. */
const MAX_SURPLUS = 1_000_000_000;

/**
 * What has arrived of resumable uploads (§1.5), one file a container. The file itself is the record: however the process
 * ends, an upload goes on where its file ends.
 */
export class UploadFiles {
  private readonly busy = new Set<string>();
  /** Containers of which bytes are here. */
  private readonly begun = new Set<string>();

  constructor(private readonly folder: string) {}

  /** One writer a container. Null when there is one already; call the result when done. */
  claim(id: string): (() => void) | null {
    if (this.busy.has(id)) return null;
    this.busy.add(id);
    return () => { this.busy.delete(id); };
  }

  /** Bytes that have arrived. */
  async received(id: string): Promise<number> {
    const found = await stat(this.path(id)).catch(() => null);
    return found?.size ?? 0;
  }

  /**
   * Appends a body to the first `offset` bytes and resolves with the new length, on disk; with null, and as if nothing had
   * come, when the body is longer than `length` leaves room for. Reads the body to its end in any case. Rejects when the
   * body breaks off; what came until then stays.
   */
  async append(id: string, body: AsyncIterable<Buffer>, { offset, length }: { offset: number; length: number }, progress: (bytes: number) => void): Promise<number | null> {
    this.begun.add(id);
    const file = await open(this.path(id), 'a');
    try {
      const end = await copy(body, file, { offset, length }, progress);
      if (end === null) await file.truncate(offset);
      await file.datasync();
      return end;
    } finally {
      await file.close();
    }
  }

  /** Puts a fetched file in the place of whatever has arrived. */
  async replace(id: string, download: Download): Promise<void> {
    this.begun.add(id);
    await rename(download.path, this.path(id));
  }

  /** A complete upload as if it had been downloaded. */
  async take(id: string): Promise<Download> {
    const path = this.path(id);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { path, sha256: hash.digest('hex'), bytes };
  }

  async remove(id: string): Promise<void> {
    this.begun.delete(id);
    await rm(this.path(id), { force: true });
  }

  /** Uploads that have begun and that nobody is busy with. */
  idle(): string[] {
    return [...this.begun].filter((id) => !this.busy.has(id));
  }

  /** Removes what an earlier process left of uploads that nobody can go on with. */
  async sweep(isWanted: (id: string) => boolean): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const id = /^(\d+)\.upload$/u.exec(name)?.[1];
      if (id === undefined) continue;
      this.begun.add(id);
      if (!isWanted(id)) await this.remove(id);
    }
  }

  /** Never a name the CDN serves. */
  private path(id: string): string {
    return join(this.folder, `${id}.upload`);
  }
}

async function copy(body: AsyncIterable<Buffer>, file: FileHandle, { offset, length }: { offset: number; length: number }, progress: (bytes: number) => void): Promise<number | null> {
  let end = offset;
  const limit = length + MAX_SURPLUS;
  for await (const chunk of body) {
    end += chunk.length;
    if (end > limit) break;
    if (end > length) continue;
    await file.appendFile(chunk);
    progress(end);
  }
  return end > length ? null : end;
}
