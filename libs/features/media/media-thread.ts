import { createRequire } from 'node:module';
import { Worker, type MessagePort } from 'node:worker_threads';

interface Failure {
  readonly outcome: 'failed';
  readonly reason: string;
}

/** Runs in the thread, sent there as its own source text: it may use nothing but its arguments and the globals of JavaScript. */
type ThreadEntry<Library> = (library: Library, port: MessagePort) => void;

interface ThreadNeeds {
  /** Default mediabunny. */
  readonly library?: string;
  /** Functions that the entry calls by name; the same holds for them. */
  readonly parts?: readonly ((...args: never[]) => unknown)[];
}

const memoryLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 };

/**
 * Asks a thread of its own, one question after the other: parsing is synchronous, so that only another thread can be stopped
 * in the middle of it. A thread that is late or out of memory is ended and replaced; the file in question fails.
 */
export class MediaThread<Question, Answer extends { readonly outcome: string }, Library = typeof import('mediabunny')> {
  private worker: Worker | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly entry: string;
  private readonly library: string;

  constructor(entry: ThreadEntry<Library>, { library = 'mediabunny', parts = [] }: ThreadNeeds = {}) {
    this.library = library;
    this.entry = `
const { parentPort, workerData } = require('node:worker_threads');
${parts.map((part) => part.toString()).join('\n')}
(${entry.toString()})(require(workerData.library), parentPort);
`;
  }

  /** Never throws: what cannot be answered, or not in time, is `failed`. The time counts from when the thread is free. */
  ask(question: Question, deadlineMs: number): Promise<Answer | Failure> {
    const answer = this.queue.then(() => this.askNow(question, deadlineMs));
    this.queue = answer;
    return answer;
  }

  async end(): Promise<void> {
    await this.worker?.terminate();
  }

  private async askNow(question: Question, deadlineMs: number): Promise<Answer | Failure> {
    const worker = (this.worker ??= this.start());
    const answer = await oneAnswer<Answer>(worker, question, deadlineMs);
    if (answer.outcome === 'failed') await this.replace(worker); // also after a mere read error: a fresh thread costs 50 ms
    return answer;
  }

  private start(): Worker {
    const library = createRequire(import.meta.url).resolve(this.library);
    const worker = new Worker(this.entry, { eval: true, workerData: { library }, resourceLimits: memoryLimits, stdout: true, stderr: true });
    for (const stream of [worker.stdout, worker.stderr]) stream.resume(); // what libraries print about somebody's file; the answer says it too
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

function oneAnswer<Answer>(worker: Worker, question: unknown, deadlineMs: number): Promise<Answer | Failure> {
  return new Promise((resolve) => {
    const settle = (answer: Answer | Failure): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', onError).off('exit', onExit);
      resolve(answer);
    };
    const fail = (reason: string): void => settle({ outcome: 'failed', reason });
    const onError = (error: Error): void => fail(String(error));
    const onExit = (): void => fail('The thread ended');
    const timer = setTimeout(() => fail(`Not read within ${deadlineMs} ms`), deadlineMs);
    worker.on('message', settle).on('error', onError).on('exit', onExit);
    worker.postMessage(question);
  });
}
