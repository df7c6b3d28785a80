import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Upload } from './upload.js';
import type { UploadParts } from './upload-parts.js';
import { UploadReception } from './upload-reception.js';
import type { UploadRepository } from './upload.repository.js';

/** As much of a thing as the code under test asks of it. */
const stub = <T>(part: unknown): T => part as T;

/** A disk that takes a few bytes at a time, and after so many none. */
class NarrowDisk {
  readonly bytes = Buffer.alloc(64);
  end = 0;

  constructor(private readonly room: number) {}

  write(chunk: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    const bytesWritten = Math.min(3, length, this.room - position);
    if (bytesWritten <= 0) return Promise.reject(new Error('ENOSPC'));
    chunk.copy(this.bytes, position, offset, offset + bytesWritten);
    this.end = Math.max(this.end, position + bytesWritten);
    return Promise.resolve({ bytesWritten });
  }

  datasync = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();
}

function receive(disk: NarrowDisk, text: string): { readonly done: Promise<number>; readonly counted: number[] } {
  const counted: number[] = [];
  const progress = (_workspace: string, _id: string, _token: string, { receivedBytes }: { receivedBytes: number }): Promise<boolean> => Promise.resolve(counted.push(receivedBytes) > 0);
  const upload = { workspaceId: 'ws', id: 'upl', receivedBytes: 0 } as Upload;
  const parts = stub<UploadParts>({ openAt: () => Promise.resolve(stub<FileHandle>(disk)) });
  const piece = { range: null, length: text.length, bytes: Readable.from([Buffer.from(text.slice(0, 10)), Buffer.from(text.slice(10))]) };
  return { done: new UploadReception(upload, piece, { token: 't', parts, uploads: stub<UploadRepository>({ progress }) }).run(text.length), counted };
}

describe('a piece of an upload', () => {
  it('is written whole, however little the disk takes at once', async () => {
    const disk = new NarrowDisk(64);
    expect(await receive(disk, 'twenty bytes of text').done).toBe(20);
    expect(disk.bytes.toString('utf8', 0, 20)).toBe('twenty bytes of text');
  });

  it('counts as far as it is on the disk when that is full', async () => {
    const disk = new NarrowDisk(13);
    const { done, counted } = receive(disk, 'twenty bytes of text');
    await expect(done).rejects.toThrow('ENOSPC');
    expect([counted.at(-1), disk.end]).toEqual([13, 13]);
  });
});
