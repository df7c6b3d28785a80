import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Logger } from '#infra/logging/logger';
import { findContext } from '#infra/logging/request-context';
import { tracing, type Span } from '#infra/tracing/tracing';
import type { JobDefinition, QueuedJob } from './job-definition.js';
import { pack, type JobEnvelope, type JobPack } from './job-pack.js';
import type { QueueBackend, QueueHandle, QueueState } from './queue-backend.js';

/** Injection token of the configured `QueueBackend`. */
export const QUEUE_BACKEND = Symbol('QUEUE_BACKEND');

/** Hands triggers to the workers. Losing one loses nothing: the row it points at is found again by its planner. */
@Injectable()
export class JobQueue implements BeforeApplicationShutdown {
  private readonly queues = new Map<string, QueueHandle>();

  constructor(
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    private readonly logger: Logger,
  ) {}

  async enqueue<Payload extends object>(job: JobDefinition<Payload>, jobs: readonly QueuedJob<Payload>[]): Promise<void> {
    if (jobs.length === 0) return;
    const requestId = findContext()?.requestId;
    const spans = jobs.map((queued) => startSend(job, queued.traceparent));
    const rows = jobs.map(({ payload, dedupeKey, requestId: own }, index) => {
      const traceparent = spans[index]?.traceparent;
      const envelope: JobEnvelope = { payload, requestId: own ?? requestId ?? newId('request'), ...(traceparent ? { traceparent } : {}) };
      return { dedupeKey, envelope };
    });
    const packs = pack(rows).map((members) => ({ name: job.name, data: { jobs: members.map(({ envelope }) => envelope) } satisfies JobPack, jobId: `${job.name}-${keyOf(members)}` }));
    try {
      await this.use(job.queue, (queue) => queue.add(packs));
      for (const span of spans) span?.end();
    } catch (error) {
      for (const span of spans) span?.end('queue');
      throw error;
    }
  }

  state(queue: string): Promise<QueueState> {
    return this.use(queue, (handle) => handle.state());
  }

  /** After the workers have stopped, before the database goes. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  /** A queue that failed is opened anew next time: BullMQ keeps a first connection that failed for ever. */
  private async use<T>(name: string, work: (queue: QueueHandle) => Promise<T>): Promise<T> {
    const queue = this.open(name);
    try {
      return await work(queue);
    } catch (error) {
      if (this.queues.get(name) === queue) this.queues.delete(name);
      queue.close().catch((cause: unknown) => this.logger.debug({ queue: name, err: cause }, 'A failed queue did not close'));
      throw error;
    }
  }

  private open(name: string): QueueHandle {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = this.backend.openQueue(name, (error) => this.logger.warn({ queue: name, err: error }, 'Queue connection failed'));
    this.queues.set(name, queue);
    return queue;
  }
}

/** Of several the first one's: each is in one pack at a time, for planners hand nothing out twice. */
function keyOf(members: readonly { readonly dedupeKey: string }[]): string {
  const first = members[0]?.dedupeKey ?? '';
  return members.length === 1 ? first : `${first}-and-${members.length - 1}`;
}

/** @returns null for a job that nobody's trace led to: its run begins one. */
function startSend(job: { readonly name: string; readonly queue: string }, traceparent: string | undefined): Span | null {
  const parent = traceparent ?? tracing().current();
  if (!parent) return null;
  const attributes = { 'messaging.system': 'bullmq', 'messaging.operation.type': 'send', 'messaging.destination.name': job.queue };
  return tracing().start({ name: `send ${job.name}`, kind: 'producer', attributes, parent });
}
