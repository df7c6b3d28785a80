import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Logger } from '#infra/logging/logger';
import { PartFile, systemError } from './part-file.js';
import { answerDiskRequests, yieldToOthers, type DiskAnswer, type DiskQuestion } from './upload-disk.thread.js';

const memoryLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

const program = `
const { parentPort } = require('node:worker_threads');
const fs = require('node:fs');
(${yieldToOthers.toString()})(fs);
(${answerDiskRequests.toString()})(fs, parentPort);
`;

interface Waiting {
  readonly resolve: (answer: DiskAnswer) => void;
  readonly reject: (error: AppError) => void;
}

/**
 * The disk of all uploads of this process: one thread of low priority writes, counts (SHA-256) and flushes, one piece after the other. In
 * the pool of libuv four at once would compete with the thread that answers requests, and it would wait for its turn (docs/benchmarks.md).
 * A thread that ends takes its open files with it; the next file gets a new one.
 */
@Injectable()
export class UploadDisk implements OnApplicationShutdown {
  private thread: DiskThread | null = null;

  constructor(private readonly logger: Logger) {}

  /** Opened for writing behind the first `length` bytes; what was there is cut off. The caller closes it. */
  async open(path: string, length: number): Promise<PartFile> {
    if (!this.thread?.isAlive) this.thread = new DiskThread(this.logger);
    const { thread } = this;
    const { file } = await thread.ask({ kind: 'open', path, length });
    return new PartFile(thread, file, length);
  }

  /** Last of all: Nest closes the HTTP server after `onModuleDestroy`, and an upload under way has to be written down. */
  async onApplicationShutdown(): Promise<void> {
    await this.thread?.end();
  }
}

/** One thread and who waits for it. */
class DiskThread {
  private readonly worker = new Worker(program, { eval: true, resourceLimits: memoryLimits });
  private readonly waiting = new Map<number, Waiting>();
  private questions = 0;
  private ended: AppError | null = null;
  private isAskedToEnd = false;

  constructor(logger: Logger) {
    this.worker.on('message', (answer: DiskAnswer) => {
      this.waiting.get(answer.id)?.resolve(answer);
      this.waiting.delete(answer.id);
    });
    this.worker.on('error', (error) => this.fail(error)); // `exit` follows
    this.worker.on('exit', (code) => {
      this.fail(new Error(`It ended with ${code}`));
      if (!this.isAskedToEnd) logger.error({ err: this.ended?.cause }, 'The thread that writes uploads ended; the next upload gets a new one');
    });
    this.worker.unref();
  }

  get isAlive(): boolean {
    return this.ended === null;
  }

  /**
   * Memory that is `given` is gone for the asker.
   * @throws AppError service_unavailable when the thread ends; whatever the system says about the open, flush or close. A write answers with its failure: a part may be written
   */
  async ask(question: DiskQuestion, given: readonly ArrayBuffer[] = []): Promise<DiskAnswer> {
    if (this.ended) throw this.ended;
    const id = ++this.questions;
    const answer = await new Promise<DiskAnswer>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...question, id }, given);
    });
    if (answer.failure && question.kind !== 'write') throw systemError(answer.failure);
    return answer;
  }

  async end(): Promise<void> {
    this.isAskedToEnd = true;
    await this.worker.terminate();
  }

  private fail(cause: Error): void {
    this.ended ??= new AppError('service_unavailable', 'The upload could not be written just now; ask how far it is, and go on from there', { cause });
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}
