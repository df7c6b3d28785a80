import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { after, Clock, hours, minutes, SystemClock } from '#kernel/clock';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { createLogger, type Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { NetworkRegistry } from '#networks/port/network-registry';
import { CalmNetwork } from './calm-network.fixture.js';
import { publishPostJob } from './publish-post.job.js';
import { PublishPostHandler } from './publish-post.handler.js';
import { PublishingFixture } from './publishing.fixture.js';
import { PublishingWorkerModule } from './publishing-worker.module.js';

/** By how much the clock of the worker under test is ahead. */
let offset = 0;
class Shifted extends Clock {
  override now(): Date {
    return after(new Date(), offset);
  }
}
const network = new CalmNetwork(() => new SystemClock());

@Global()
@Module({ providers: [{ provide: NetworkRegistry, useValue: new NetworkRegistry([network]) }], exports: [NetworkRegistry] })
class Networks {}

let fixture: PublishingFixture;
let worker: INestApplicationContext | null = null;
let errors: unknown[][];
beforeAll(async () => {
  fixture = await PublishingFixture.create();
});
afterAll(async () => {
  await worker?.close();
  await fixture?.drop();
});
beforeEach(async () => {
  await worker?.close();
  offset = 0;
  await fixture.database.heartbeat.deleteMany();
  await fixture.database.platformPost.updateMany({ data: { dueAt: null } });
});

async function startWorker(): Promise<INestApplicationContext> {
  const { databaseUrl } = fixture;
  const settings = { ...readSettings({ DATABASE_URL: databaseUrl, PUBLISH_SPACING_SECONDS: '0', ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }), databaseUrl };
  const logger: Logger = createLogger({ name: 'test', level: 'silent' });
  errors = vi.spyOn(logger, 'error').mock.calls;
  const modules = processModules(settings, logger, { isWalled: false }).map((one) => ('module' in one && one.module === ClockModule ? ClockModule.with(new Shifted()) : one));
  @Module({ imports: [...modules, QueueModule.forWorker([publishPostJob]), Networks, PublishingWorkerModule] })
  class Worker {}
  return NestFactory.createApplicationContext(Worker, { logger: false });
}
const rowOf = (id: string) => fixture.database.platformPost.findFirstOrThrow({ where: { id } });
const skewTold = async (app: INestApplicationContext): Promise<number> => (await app.get(Metrics, { strict: false }).clockSkewSeconds.get()).values[0]?.value ?? 0;
const aboutTheClock = (): unknown[] => errors.filter(([, text]) => String(text).includes('clock'));
const beats = (): Promise<number> => fixture.database.heartbeat.count({ where: { name: 'publish-planner' } });

it.each([['ahead', hours(1)], ['behind', -hours(1)]])('a worker whose clock is an hour %s hands out nothing, calls nothing and says so, until it is right again', async (_, wrong) => {
  offset = wrong;
  const [due, early] = [await fixture.post('due', after(new Date(), -minutes(1))), await fixture.post('early', after(new Date(), minutes(40)))];
  const before = network.published.length;
  worker = await startWorker();
  const app = worker;
  await expect.poll(() => skewTold(app).then(Math.abs), { timeout: 15_000 }).toBeGreaterThan(3_500);
  expect(Math.sign(await skewTold(app))).toBe(Math.sign(wrong));
  expect(aboutTheClock()).toHaveLength(1);

  // A job that another planner, whose clock is right, has put into the queue.
  await fixture.database.platformPost.updateMany({ where: { id: due }, data: { dispatchedUntil: after(new Date(), minutes(5)) } });
  const { workspaceId } = await rowOf(due);
  await app.get(PublishPostHandler, { strict: false }).handle({ workspaceId, platformPostId: due }, new AbortController().signal);
  const row = await rowOf(due);
  expect(row).toMatchObject({ status: 'pending', step: 'waiting', lease: null, dispatches: 0, attemptedAt: null });
  expect(row.dueAt).not.toBeNull();
  expect(Math.abs((row.dispatchedUntil?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  expect([await beats(), network.published.length - before, aboutTheClock().length]).toEqual([0, 0, 1]);

  offset = 0;
  await expect.poll(async () => (await rowOf(due)).status, { timeout: 20_000 }).toBe('published');
  expect(await rowOf(early)).toMatchObject({ status: 'pending', dispatches: 0, attemptedAt: null });
  expect([await beats(), network.published.length - before, aboutTheClock().length]).toEqual([1, 1, 1]);
}, 60_000);
