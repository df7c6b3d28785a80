import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Logger } from '#infra/logging/logger';
import { runInContext } from '#infra/logging/request-context';
import { tracing } from '#infra/tracing/tracing';
import { Metrics } from '#infra/metrics/metrics';
import type { JobDefinition } from './job-definition.js';
import { JOB_HANDLER_METADATA, type JobHandler } from './job-handler.js';
import { readPack, type JobEnvelope } from './job-pack.js';
import { QUEUE_BACKEND } from './job-queue.js';
import type { QueueBackend, WorkerHandle } from './queue-backend.js';

/** Injection token: the jobs this process must be able to handle. */
export const DECLARED_JOBS = Symbol('DECLARED_JOBS');
/**
 * Of one queue in one process, each a pack. Jobs wait for networks and the database most of their time, and what many ask of the database at once goes together (`Gathered`).
 * As many as come due at one instant; what must not be done by all at once is limited where it is done.
 */
const jobsAtOnce = 1_000;

interface Binding {
  readonly job: JobDefinition<object>;
  readonly handler: JobHandler<object>;
}

/** Takes jobs off the queues and gives each to its one handler. Refuses to start when a job has none or two. */
@Injectable()
export class JobDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly bindings = new Map<string, Binding>();
  private readonly parking = new AbortController();
  private workers: WorkerHandle[] = [];

  constructor(
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    @Inject(DECLARED_JOBS) private readonly declared: readonly JobDefinition<object>[],
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.bindHandlers();
    await this.backend.verify();
    const queues = new Set(this.declared.map((job) => job.queue));
    this.workers = [...queues].map((queue) =>
      this.backend.openWorker(queue, {
        concurrency: jobsAtOnce,
        process: (name, data) => this.run(queue, name, data),
        onError: (error) => this.logger.warn({ queue, err: error }, 'Worker connection failed'),
      }),
    );
  }

  /** Waits for running jobs: cutting a publish short is how posts get repeated. */
  async onModuleDestroy(): Promise<void> {
    this.parking.abort();
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  private bindHandlers(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const job = metatype && this.reflector.get<JobDefinition<object> | undefined>(JOB_HANDLER_METADATA, metatype);
      if (!job) continue;
      if (this.bindings.has(job.name)) throw new Error(`Job "${job.name}" has more than one handler`);
      if (!this.declared.includes(job)) throw new Error(`Job "${job.name}" has a handler but is not declared for this process`);
      this.bindings.set(job.name, { job, handler: instance as JobHandler<object> });
    }
    const orphans = this.declared.filter((job) => !this.bindings.has(job.name)).map((job) => job.name);
    if (orphans.length > 0) throw new Error(`Jobs without a handler: ${orphans.join(', ')}`);
  }

  /** Each job of a pack is one of its own: one that fails does not concern the others. */
  private async run(queue: string, name: string, data: unknown): Promise<void> {
    const outcomes = await Promise.allSettled(readPack(data).map((envelope) => this.handle(queue, name, envelope)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async handle(queue: string, name: string, { payload, requestId, traceparent }: JobEnvelope): Promise<void> {
    const stop = this.metrics.jobSeconds.startTimer({ job: name });
    const attributes = { 'messaging.system': 'bullmq', 'messaging.operation.type': 'process', 'messaging.destination.name': queue };
    const span = tracing().start({ name: `process ${name}`, kind: 'consumer', attributes, parent: traceparent ?? null });
    await tracing().within(span, () => runInContext({ requestId, jobName: name }, async () => {
      try {
        const binding = this.bindings.get(name);
        if (!binding) throw new Error(`No handler for job "${name}" on queue "${queue}"`);
        await binding.handler.handle(readPayload(binding.job, payload), this.parking.signal);
        stop({ outcome: 'ok' });
        span.end();
      } catch (error) {
        stop({ outcome: 'failed' });
        span.end('job_failed');
        this.logger.error({ err: error, payload }, 'Job failed');
        throw error;
      }
    }));
  }
}

function readPayload(job: JobDefinition<object>, payload: unknown): object {
  const instance = plainToInstance(job.payload, payload);
  const problems = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  if (problems.length > 0) throw new Error(`Job "${job.name}" has a wrong payload: ${problems.map(String).join('; ')}`);
  return instance;
}
