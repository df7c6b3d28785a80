import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { answerIndexRequests, type VideoIndexAnswer } from './video-index.thread.js';

/** A good index takes milliseconds; a forged one (a table that claims four billion samples) takes for ever. */
const defaultDeadlineMs = seconds(5);
const memoryLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 };

const entry = `
const { parentPort, workerData } = require('node:worker_threads');
(${answerIndexRequests.toString()})(require(workerData.mediabunny), parentPort);
`;

/**
 * Reads video indexes in a thread of its own, one after the other: parsing is synchronous, so that only another thread can be
 * stopped in the middle of it. A thread that is late or out of memory is ended and replaced; the file in question fails.
 */
@Injectable()
export class VideoIndexReader implements OnApplicationShutdown {
  private worker: Worker | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  /** Never throws: a file that cannot be read, or not in time, is `failed`. */
  read(path: string, deadlineMs = defaultDeadlineMs): Promise<VideoIndexAnswer> {
    const answer = this.queue.then(() => this.ask(path, deadlineMs));
    this.queue = answer;
    return answer;
  }

  /** Last of all: Nest closes the HTTP server after `onModuleDestroy`, and an upload under way must not be refused for it. */
  async onApplicationShutdown(): Promise<void> {
    await this.worker?.terminate();
  }

  private async ask(path: string, deadlineMs: number): Promise<VideoIndexAnswer> {
    const worker = (this.worker ??= this.start());
    const answer = await oneAnswer(worker, path, deadlineMs);
    if (answer.outcome === 'failed') await this.replace(worker); // also after a mere read error: a fresh thread costs 50 ms
    return answer;
  }

  private start(): Worker {
    const mediabunny = createRequire(import.meta.url).resolve('mediabunny');
    const worker = new Worker(entry, { eval: true, workerData: { mediabunny }, resourceLimits: memoryLimits });
    worker.on('error', () => undefined); // told to whoever waits, see below; between requests there is nobody to tell
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = null;
    });
    worker.unref();
    return worker;
  }

  private async replace(worker: Worker): Promise<void> {
    this.worker = null;
    await worker.terminate();
  }
}

function oneAnswer(worker: Worker, path: string, deadlineMs: number): Promise<VideoIndexAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: VideoIndexAnswer): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', onError).off('exit', onExit);
      resolve(answer);
    };
    const fail = (reason: string): void => settle({ outcome: 'failed', reason });
    const onError = (error: Error): void => fail(String(error));
    const onExit = (): void => fail('The thread ended');
    const timer = setTimeout(() => fail(`Not read within ${deadlineMs} ms`), deadlineMs);
    worker.on('message', settle).on('error', onError).on('exit', onExit);
    worker.postMessage(path);
  });
}
