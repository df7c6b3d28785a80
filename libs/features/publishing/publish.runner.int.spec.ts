import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { NetworkRegistry } from '#networks/port/network-registry';
import { publishPostJob } from './publish-post.job.js';
import { PublishingWorkerModule } from './publishing-worker.module.js';
import { PublishingFixture } from './publishing.fixture.js';

@Global()
@Module({ providers: [{ provide: NetworkRegistry, useValue: new NetworkRegistry([]) }], exports: [NetworkRegistry] })
class NoNetworks {}

let fixture: PublishingFixture;
beforeAll(async () => {
  fixture = await PublishingFixture.create();
});
afterAll(async () => fixture?.drop());

it('puts a row that makes our own code fail on the retry plan instead of taking it up for ever', async () => {
  const databaseUrl = fixture.databaseUrl;
  const settings = { ...readSettings({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }), databaseUrl };
  @Module({ imports: [...processModules(settings, createLogger({ name: 'test', level: 'silent' }), { isWalled: false }), QueueModule.forWorker([publishPostJob]), NoNetworks, PublishingWorkerModule] })
  class Worker {}
  const id = await fixture.post('of a network that this build does not have', new Date(), 'elsewhere');
  const worker = await NestFactory.createApplicationContext(Worker, { logger: false });
  const read = () => fixture.database.platformPost.findFirstOrThrow({ where: { id } });
  await expect.poll(async () => (await read()).status, { timeout: 15_000 }).toBe('failed_waiting_for_retry');
  const row = await read();
  expect(row).toMatchObject({ attempts: 1, dispatches: 1, lease: null });
  expect(row.error).toContain('A fault of ours');
  expect((row.dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(30_000);
  await worker.close();
});
