import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { PartFile, type DiskPort } from './part-file.js';
import { answerDiskRequests, type AskedDisk, type DiskAnswer, type DiskCalls } from './upload-disk.thread.js';
import type { Upload } from './upload.js';
import type { UploadParts } from './upload-parts.js';
import { UploadReception } from './upload-reception.js';
import type { UploadRepository } from './upload.repository.js';

/** As much of a thing as the code under test asks of it. */
const stub = <T>(part: unknown): T => part as T;

/** A disk that takes a few bytes at a time, and after so many none. */
class NarrowDisk {
  readonly bytes: Buffer;
  end = 0;
  readonly calls = stub<DiskCalls>({
    openSync: () => 7,
    ftruncateSync: () => undefined,
    fdatasyncSync: () => undefined,
    closeSync: () => undefined,
    writeSync: (_file: number, chunk: Uint8Array, offset: number, length: number, position: number) => this.write(chunk.subarray(offset, offset + length), position),
  });

  constructor(private readonly room: number, private readonly atOnce: number) {
    this.bytes = Buffer.alloc(room);
  }

  private write(chunk: Uint8Array, position: number): number {
    const written = Math.min(this.atOnce, chunk.length, this.room - position);
    if (written <= 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    this.bytes.set(chunk.subarray(0, written), position);
    this.end = Math.max(this.end, position + written);
    return written;
  }
}

/** The thread's program at the other end of a channel, without the thread. */
class NearThread implements DiskPort {
  private readonly channel = new MessageChannel();
  private questions = 0;
  /** How much was asked to be written and is not yet, at most. */
  mostUnderWay = 0;

  constructor(disk: NarrowDisk) {
    answerDiskRequests(disk.calls, this.channel.port2);
  }

  ask(question: Parameters<DiskPort['ask']>[0], given: readonly ArrayBuffer[] = []): Promise<DiskAnswer> {
    const id = ++this.questions;
    this.mostUnderWay = Math.max(this.mostUnderWay, given.reduce((sum, { byteLength }) => sum + byteLength, 0));
    return new Promise((resolve) => {
      const onAnswer = (answer: DiskAnswer): void => {
        if (answer.id !== id) return;
        this.channel.port1.off('message', onAnswer);
        if (question.kind === 'close') this.channel.port1.close();
        resolve(answer);
      };
      this.channel.port1.on('message', onAnswer).postMessage({ ...question, id } satisfies AskedDisk, given);
    });
  }
}

function receive(disk: NarrowDisk, chunks: readonly Buffer[]): { readonly done: Promise<number>; readonly counted: number[]; readonly thread: NearThread; readonly reception: UploadReception } {
  const counted: number[] = [];
  const progress = (_workspace: string, _id: string, _token: string, { receivedBytes }: { receivedBytes: number }): Promise<boolean> => Promise.resolve(counted.push(receivedBytes) > 0);
  const upload = { workspaceId: 'ws', id: 'upl', receivedBytes: 0 } as Upload;
  const thread = new NearThread(disk);
  const openAt = async (path: string, length: number): Promise<PartFile> => new PartFile(thread, (await thread.ask({ kind: 'open', path, length })).file, length);
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const piece = { range: null, length: size, bytes: Readable.from(chunks) };
  const reception = new UploadReception(upload, piece, { token: 't', parts: stub<UploadParts>({ openAt }), uploads: stub<UploadRepository>({ progress }) });
  return { done: reception.run(size), counted, thread, reception };
}

const texts = ['twenty byt', 'es of text'].map((text) => Buffer.from(text));

describe('a piece of an upload', () => {
  it('is written whole, however little the disk takes at once', async () => {
    const disk = new NarrowDisk(64, 3);
    expect(await receive(disk, texts).done).toBe(20);
    expect(disk.bytes.toString('utf8', 0, 20)).toBe('twenty bytes of text');
  });

  it('counts as far as it is on the disk when that is full', async () => {
    const disk = new NarrowDisk(13, 3);
    const { done, counted } = receive(disk, texts);
    await expect(done).rejects.toMatchObject({ code: 'ENOSPC' });
    expect([counted.at(-1), disk.end]).toEqual([13, 13]);
  });

  // Large ones with memory of their own are given away, small ones and parts of others' memory are copied.
  it.each([1, 700, 16_383, 16_384, 65_536, 1_000_000])('is what was sent, in chunks of %s bytes', async (length) => {
    const shared = randomBytes(2_000_000);
    const count = Math.min(3000, Math.ceil(shared.length / length));
    const chunks = Array.from({ length: count }, (_, at) => (at % 2 ? shared.subarray(at * length, (at + 1) * length) : Buffer.from(Uint8Array.from(shared.subarray(at * length, (at + 1) * length)).buffer)));
    const sent = Buffer.concat(chunks);
    const disk = new NarrowDisk(sent.length, 100_000);
    const { done, reception, thread } = receive(disk, chunks);
    expect(await done).toBe(sent.length);
    expect(reception.sha256).toBe(createHash('sha256').update(sent).digest('hex'));
    expect(disk.bytes.equals(sent)).toBe(true);
    expect(thread.mostUnderWay).toBeLessThan(256 * 1024 + Math.max(length, 1));
    expect(shared.byteLength).toBe(2_000_000);
  });
});
