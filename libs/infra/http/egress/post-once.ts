import type { IncomingHttpHeaders } from 'node:http';
import type { Client, Dispatcher } from 'undici';
import { failureOf, outOfTime, type PostFailure } from './post-failure.js';
import type { PostAnswer, PosterLimits } from './post-result.js';

export interface Posting {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly limits: Pick<PosterLimits, 'bodyMs' | 'maxBodyBytes'>;
}

export interface PostedOnce {
  readonly outcome: PostAnswer | PostFailure;
  /** From handing over the request to the head of the answer, without making the connection; null: none came. */
  readonly firstByteMs: number | null;
  /** The connection is whole: the answer was read to its end. */
  readonly isReusable: boolean;
}

/** One request on a client that has no other. What comes of it is always answered, and the timer is gone then. */
export function postOnce(client: Client, { path, headers, body, deadline, limits }: Posting): Promise<PostedOnce> {
  return new Promise((resolve) => client.dispatch({ method: 'POST', path, headers: { ...headers }, body }, new Receiver(resolve, deadline, limits)));
}

class Receiver implements Dispatcher.DispatchHandler {
  private readonly chunks: Buffer[] = [];
  private sizeBytes = 0;
  private head: { statusCode: number; headers: IncomingHttpHeaders } | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private sentAt: number | null = null;
  private firstByteMs: number | null = null;
  private timer: NodeJS.Timeout;
  private isOver = false;

  constructor(private readonly answer: (posted: PostedOnce) => void, deadline: number, private readonly limits: Posting['limits']) {
    this.timer = setTimeout(() => this.cut(), Math.max(0, deadline - performance.now()));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.sentAt = performance.now();
    // It waited for its connection until its time was over.
    if (this.isOver) controller.abort(new Error('Too late'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return;
    this.head = { statusCode, headers };
    this.firstByteMs = performance.now() - (this.sentAt ?? performance.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.cut(), this.limits.bodyMs);
  }

  /** Never pauses the sender: undici 7 ends the process when one that is paused closes (download-sink.ts). */
  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    this.chunks.push(chunk.subarray(0, this.limits.maxBodyBytes - this.sizeBytes));
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.limits.maxBodyBytes) this.cut();
  }

  onResponseEnd(): void {
    this.end(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.head) this.end(false);
    else this.end(false, failureOf(error, this.sentAt !== null));
  }

  /** Enough was read, or enough waited. */
  private cut(): void {
    this.end(false, this.head ? null : outOfTime);
    this.controller?.abort(new Error('Cut'));
  }

  private end(isReusable: boolean, failure: PostFailure | null = null): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    const outcome: PostAnswer | PostFailure = this.head ? { kind: 'answered', ...this.head, body: Buffer.concat(this.chunks) } : failure ?? outOfTime;
    this.answer({ outcome, firstByteMs: this.firstByteMs, isReusable });
  }
}
