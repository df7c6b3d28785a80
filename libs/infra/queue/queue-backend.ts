import { createPostgresBackend, createRedisBackend, Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Client, type ClientConfig } from 'pg';

export interface NewJob {
  readonly name: string;
  readonly data: object;
  readonly jobId: string;
}

/** Jobs of a queue by their state, and the one whose turn it is. */
export interface QueueState {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** The job that has waited longest; null: none waits. Workers take it first, so a queue that moves soon has another. */
  readonly oldestWaiting: string | null;
}

export interface QueueHandle {
  add(jobs: readonly NewJob[]): Promise<void>;
  /** How far behind the workers are. Also the question that proves that the queue answers. */
  state(): Promise<QueueState>;
  close(): Promise<void>;
}

export interface WorkerHandle {
  /** Takes no new job and waits for the running ones. */
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly concurrency: number;
  readonly process: (name: string, data: unknown) => Promise<void>;
  readonly onError: (error: Error) => void;
}

/** Where the queue lives. Chosen by configuration; the rest of the code cannot tell. */
export interface QueueBackend {
  readonly kind: 'postgres' | 'redis';
  /** @throws Error with a remedy when the backend cannot be reached, or is configured so that jobs could be lost. */
  verify(): Promise<void>;
  openQueue(name: string, onError: (error: Error) => void): QueueHandle;
  openWorker(name: string, options: WorkerOptions): WorkerHandle;
}

/** Retry is the row's business: one attempt a job. The last failed jobs stay for people to see. */
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: { count: 1000 } };
const processor = (options: WorkerOptions) => async (job: Job) => options.process(job.name, job.data);

/**
 * A session that is cut says so twice, to the query that waits and to whoever listens, and without a listener the process ends. BullMQ has none while it looks
 * after its schema.
 */
class ListenedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

export function postgresQueueBackend(databaseUrl: string): QueueBackend {
  // `migrate` creates or updates BullMQ's own schema under an advisory lock, so processes may start together.
  const connection = { connectionString: databaseUrl, max: 6, migrate: true, Client: ListenedClient };
  const openQueue = (name: string, onError: (error: Error) => void): QueueHandle => asQueue(new Queue(name, { connection }, createPostgresBackend), onError);
  return {
    kind: 'postgres',
    verify: () => verifyPostgres(openQueue),
    openQueue,
    openWorker: (name, options) =>
      asWorker(new Worker(name, processor(options), { connection, concurrency: options.concurrency }, createPostgresBackend), options.onError),
  };
}

/**
 * BullMQ fetches jobs one after the other and begins none before it has as many as it may have, or there are no more: of a thousand at one instant the first would
 * wait for the last, a third of a second. So several fetch side by side, each its share.
 */
const redisLanes = 5;

export function redisQueueBackend(redisUrl: string): QueueBackend {
  // Braces keep one queue's keys in one slot of a Redis cluster.
  const prefix = '{heliograph}';
  // A producer fails fast, the planner hands the row out again; a worker waits for Redis to come back.
  const producer = { url: redisUrl, maxRetriesPerRequest: 1 };
  const consumer = { url: redisUrl, maxRetriesPerRequest: null };
  return {
    kind: 'redis',
    verify: () => verifyRedis(redisUrl),
    openQueue: (name, onError) => asQueue(new Queue(name, { connection: producer, prefix }, createRedisBackend), onError),
    openWorker: (name, options) => {
      const concurrency = Math.ceil(options.concurrency / redisLanes);
      const open = (): WorkerHandle => asWorker(new Worker(name, processor(options), { connection: consumer, prefix, concurrency }, createRedisBackend), options.onError);
      return together(Array.from({ length: redisLanes }, open));
    },
  };
}

interface BullQueue {
  addBulk(jobs: { name: string; data: object; opts: object }[]): Promise<unknown>;
  getJobCounts(...types: ('waiting' | 'active' | 'prioritized' | 'delayed' | 'failed')[]): Promise<Record<string, number>>;
  getJobs(types: 'waiting', start: number, end: number, isAscending: boolean): Promise<({ readonly id?: string | undefined; readonly timestamp: number } | undefined)[]>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

function asQueue(queue: BullQueue, onError: (error: Error) => void): QueueHandle {
  queue.on('error', onError);
  return {
    add: async (jobs) => void (await queue.addBulk(jobs.map(({ name, data, jobId }) => ({ name, data, opts: { ...jobOptions, jobId } })))),
    state: () => readState(queue),
    close: () => queue.close(),
  };
}

async function readState(queue: BullQueue): Promise<QueueState> {
  const counts = await queue.getJobCounts('waiting', 'active', 'prioritized', 'delayed', 'failed');
  // Redis counts them from the oldest on, PostgreSQL always from the newest, so both ends are looked at.
  const ends = [0, Math.max(0, (counts['waiting'] ?? 0) - 1)];
  const jobs = await Promise.all(ends.map((at) => queue.getJobs('waiting', at, at, true)));
  const [oldest] = jobs.flat().filter((job) => job !== undefined).sort((a, b) => a.timestamp - b.timestamp);
  const of = (name: string): number => counts[name] ?? 0;
  return { waiting: of('waiting') + of('prioritized'), active: of('active'), delayed: of('delayed'), failed: of('failed'), oldestWaiting: oldest?.id ?? null };
}

function asWorker(worker: { close(): Promise<void>; on(event: 'error', listener: (error: Error) => void): unknown }, onError: (error: Error) => void): WorkerHandle {
  worker.on('error', onError);
  return { close: () => worker.close() };
}

function together(workers: readonly WorkerHandle[]): WorkerHandle {
  return { close: async () => void (await Promise.all(workers.map((worker) => worker.close()))) };
}

/** A worker whose first connection fails never works and never says so (BullMQ keeps the failure): better not to start it. */
async function verifyPostgres(openQueue: QueueBackend['openQueue']): Promise<void> {
  const queue = openQueue('start-up', () => undefined);
  try {
    await queue.state();
  } finally {
    await queue.close();
  }
}

/** Jobs must never be evicted. A managed Redis that forbids CONFIG is trusted: its own settings are the place to look. */
async function verifyRedis(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, connectTimeout: 5_000, retryStrategy: () => null });
  let lastError: Error | null = null;
  redis.on('error', (error: Error) => { lastError = error; });
  try {
    const answer: unknown = await redis.config('GET', 'maxmemory-policy').catch((error: Error) => {
      if (/unknown command|noperm|not allowed/i.test(error.message)) return null;
      throw new Error(`Redis does not answer (${(lastError ?? error).message}). Check REDIS_URL.`);
    });
    const policy = Array.isArray(answer) ? String(answer[1]) : null;
    if (policy !== null && policy !== 'noeviction') {
      throw new Error(`Redis would evict jobs: maxmemory-policy is "${policy}". Set it to noeviction.`);
    }
  } finally {
    redis.disconnect();
  }
}
