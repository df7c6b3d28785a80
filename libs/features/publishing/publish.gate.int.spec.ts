import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { after, hours, minutes, SystemClock } from '#kernel/clock';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { NetworkRegistry } from '#networks/port/network-registry';
import { CalmNetwork } from './calm-network.fixture.js';
import { publishPostJob } from './publish-post.job.js';
import { PublishingFixture } from './publishing.fixture.js';
import { PublishingWorkerModule } from './publishing-worker.module.js';

const network = new CalmNetwork(() => new SystemClock());

@Global()
@Module({ providers: [{ provide: NetworkRegistry, useValue: new NetworkRegistry([network]) }], exports: [NetworkRegistry] })
class Networks {}

let fixture: PublishingFixture;
let worker: INestApplicationContext;
beforeAll(async () => {
  fixture = await PublishingFixture.create();
  const { databaseUrl } = fixture;
  const settings = { ...readSettings({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }), databaseUrl };
  @Module({ imports: [...processModules(settings, createLogger({ name: 'test', level: 'silent' }), { isWalled: false }), QueueModule.forWorker([publishPostJob]), Networks, PublishingWorkerModule] })
  class Worker {}
  worker = await NestFactory.createApplicationContext(Worker, { logger: false });
});
afterAll(async () => {
  await worker?.close();
  await fixture?.drop();
});

const rowOf = (id: string) => fixture.database.platformPost.findFirstOrThrow({ where: { id } });

/** What the account has made today, the oldest about to leave the day. */
async function makeContainers(count: number): Promise<void> {
  const { profileId, caller: { workspaceId } } = fixture;
  const entries = Array.from({ length: count }, (_, index) => ({ workspaceId, profileId, id: `made-${String(index)}`, createdAt: after(new Date(), -hours(23)) }));
  await fixture.database.containerCreation.createMany({ data: entries });
}
async function deferralsTold(reason: string): Promise<number> {
  const { values } = await worker.get(Metrics, { strict: false }).deferrals.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

it('a post for an account that has made 400 containers today waits, is told as waiting, and goes out when there is room', async () => {
  await makeContainers(400);
  const id = await fixture.post('one too many', new Date());
  await expect.poll(async () => (await rowOf(id)).deferral).toBe('container_budget');
  const row = await rowOf(id);
  expect(row).toMatchObject({ status: 'processing', step: 'waiting', attempts: 0, containerId: null, error: null, lease: null });
  const wait = (row.dueAt?.getTime() ?? 0) - Date.now();
  expect([wait > minutes(28), wait <= minutes(30)]).toEqual([true, true]);
  expect(await fixture.database.event.count({ where: { postId: row.postId, type: 'platform_post.deferred' } })).toBe(1);
  expect([await deferralsTold('container_budget'), await deferralsTold('quota'), network.published.length]).toEqual([1, 0, 0]);

  // Asked again while there is still no room: told once, counted twice.
  await fixture.database.platformPost.updateMany({ where: { id }, data: { dueAt: new Date() } });
  await expect.poll(() => deferralsTold('container_budget')).toBe(2);
  await expect.poll(async () => (await rowOf(id)).lease).toBeNull();
  expect(await fixture.database.event.count({ where: { postId: row.postId, type: 'platform_post.deferred' } })).toBe(1);

  await fixture.database.containerCreation.deleteMany({ where: { id: 'made-0' } });
  await fixture.database.platformPost.updateMany({ where: { id }, data: { dueAt: new Date() } });
  await expect.poll(async () => (await rowOf(id)).status).toBe('published');
  expect(await rowOf(id)).toMatchObject({ deferral: null });
  expect(network.published.map(({ body }) => body)).toEqual(['one too many']);
});
