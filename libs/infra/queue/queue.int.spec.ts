import { createServer, connect, type Server, type Socket } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IsString } from 'class-validator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { probePort } from '#infra/database/embedded/free-port';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { createLogger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { MetricsModule } from '#infra/metrics/metrics.module';
import { startRedis, type TestRedis } from '#testing/redis-server';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { defineJob, type JobDefinition } from './job-definition.js';
import { HandlesJob, type JobHandler } from './job-handler.js';
import { JobQueue } from './job-queue.js';
import { postgresQueueBackend, redisQueueBackend } from './queue-backend.js';
import { QueueModule } from './queue.module.js';

class GreetPayload {
  @IsString()
  name!: string;
}

const greet = defineJob({ name: 'greet', queue: 'greetings', payload: GreetPayload });
const greeted: string[] = [];

@HandlesJob(greet)
class GreetHandler implements JobHandler<GreetPayload> {
  async handle({ name }: GreetPayload): Promise<void> {
    greeted.push(name);
  }
}

@HandlesJob(greet)
class SecondHandler extends GreetHandler {}

const wrong = { payload: { name: 7 }, dedupeKey: 'wrong' } as unknown;
const idle = { waiting: 0, active: 0, delayed: 0, oldestWaiting: null };
const logger = createLogger({ name: 'test', level: 'silent' });
const start = async (settings: Record<string, string>, jobs: readonly JobDefinition<object>[], handlers: (new () => GreetHandler)[]) => {
  @Module({ imports: [SettingsModule.for(readSettings(settings)), LoggingModule.with(logger), MetricsModule, QueueModule.forWorker(jobs)], providers: handlers })
  class Root {}
  return NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
};

let database: TestDatabase;
let redis: TestRedis;
beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
});
afterAll(async () => Promise.all([database?.drop(), redis?.stop()]));
afterEach(() => void greeted.splice(0));

describe.each(['postgres', 'redis'])('the queue on %s', (backend) => {
  const settings = () => ({ DATABASE_URL: database.url, ...(backend === 'redis' ? { REDIS_URL: redis.url } : {}) });

  it('brings a job to its handler once, however often it is added', async () => {
    const app = await start(settings(), [greet], [GreetHandler]);
    const job = { payload: { name: 'Ada' }, dedupeKey: 'ada-1' };
    await app.get(JobQueue).enqueue(greet, [job, job]);
    await expect.poll(() => greeted).toEqual(['Ada']);
    await expect.poll(() => app.get(JobQueue).state('greetings')).toMatchObject(idle);
    await app.close();
  });

  it('brings each of a crowd to its handler once, beside one that fails', async () => {
    const app = await start(settings(), [greet], [GreetHandler]);
    const names = Array.from({ length: 100 }, (_, number) => `guest-${number}`);
    const jobs = names.map((name) => ({ payload: { name }, dedupeKey: name }));
    await app.get(JobQueue).enqueue(greet, [...jobs.slice(0, 50), wrong as { payload: GreetPayload; dedupeKey: string }, ...jobs.slice(50)]);
    await expect.poll(() => greeted.toSorted()).toEqual(names.toSorted());
    await expect.poll(() => app.get(JobQueue).state('greetings')).toMatchObject(idle);
    await app.close();
  });

  it('refuses a payload that is not as declared, and goes on', async () => {
    const app = await start(settings(), [greet], [GreetHandler]);
    await app.get(JobQueue).enqueue(greet, [wrong as { payload: GreetPayload; dedupeKey: string }, { payload: { name: 'Bea' }, dedupeKey: 'bea' }]);
    await expect.poll(() => greeted).toEqual(['Bea']);
    await app.close();
  });
});

describe.each(['postgres', 'redis'])('what is known of a queue on %s that nobody works on', (backend) => {
  it('is how many jobs wait, and which of them longest', async () => {
    const queue = new JobQueue(backend === 'redis' ? redisQueueBackend(redis.url) : postgresQueueBackend(database.url), logger);
    const unattended = defineJob({ name: 'greet', queue: `unattended-${backend}`, payload: GreetPayload });
    expect(await queue.state(unattended.queue)).toEqual({ ...idle, failed: 0 });
    for (const name of ['ada', 'bea', 'cleo']) await queue.enqueue(unattended, [{ payload: { name }, dedupeKey: name }]);
    expect(await queue.state(unattended.queue)).toEqual({ waiting: 3, active: 0, delayed: 0, failed: 0, oldestWaiting: 'greet-ada' });
    await queue.beforeApplicationShutdown();
  });
});

describe('a worker process', () => {
  it('refuses to start when a job has no handler, two handlers, or is not declared', async () => {
    const settings = { DATABASE_URL: database.url };
    await expect(start(settings, [greet], [])).rejects.toThrow('Jobs without a handler: greet');
    await expect(start(settings, [greet], [GreetHandler, SecondHandler])).rejects.toThrow('Job "greet" has more than one handler');
    await expect(start(settings, [], [GreetHandler])).rejects.toThrow('is not declared for this process');
  });

  it('refuses to start when its queue cannot be reached', async () => {
    await expect(postgresQueueBackend('postgres://nobody@127.0.0.1:1/x').verify()).rejects.toThrow();
    await expect(redisQueueBackend('redis://127.0.0.1:1').verify()).rejects.toThrow('Check REDIS_URL');
  });
});

describe('a producer', () => {
  it('recovers when its first use falls into an outage', async () => {
    const port = (await probePort(0)) ?? 0;
    const url = new URL(database.url);
    const target = Number(url.port);
    url.port = String(port);
    const queue = new JobQueue(postgresQueueBackend(url.href), logger);
    await expect(queue.state('greetings')).rejects.toThrow();
    const proxy = await forward(port, target);
    await expect.poll(() => queue.state('greetings').catch(() => 'down'), { timeout: 10_000 }).toMatchObject(idle);
    await queue.beforeApplicationShutdown();
    await proxy.stop();
  });

  // Without a listener on the client that looks after the schema, this ends the process.
  it('recovers when its session is cut while it looks after the schema', async () => {
    const port = (await probePort(0)) ?? 0;
    const url = new URL(database.url);
    const target = Number(url.port);
    url.port = String(port);
    let cuts = 0;
    const proxy = await forward(port, target, (chunk) => !isQuestion(chunk) || ++cuts > 3);
    const queue = new JobQueue(postgresQueueBackend(url.href), logger);
    await expect(queue.state('greetings')).rejects.toThrow();
    await expect.poll(() => queue.state('greetings').catch(() => 'cut'), { timeout: 10_000 }).toMatchObject(idle);
    expect(cuts).toBeGreaterThan(3);
    await queue.beforeApplicationShutdown();
    await proxy.stop();
  });
});

const isQuestion = (chunk: Buffer): boolean => ['Q', 'P'].includes(String.fromCharCode(chunk[0] ?? 0));

/** @param mayPass false: the connection is reset instead */
async function forward(port: number, target: number, mayPass: (chunk: Buffer) => boolean = () => true): Promise<{ stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    client.on('data', (chunk) => void (mayPass(chunk) || client.resetAndDestroy()));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
