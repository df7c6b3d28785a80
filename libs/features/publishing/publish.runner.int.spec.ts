import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, hours } from '#kernel/clock';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { NetworksModule } from '#networks/networks.module';
import { NetworkRegistry } from '#networks/port/network-registry';
import { publishPostJob } from './publish-post.job.js';
import { PublishingWorkerModule } from './publishing-worker.module.js';
import { PublishingFixture } from './publishing.fixture.js';

@Global()
@Module({ providers: [{ provide: NetworkRegistry, useValue: new NetworkRegistry([]) }], exports: [NetworkRegistry] })
class NoNetworks {}

let fixture: PublishingFixture;
let sealed: string;
beforeAll(async () => {
  fixture = await PublishingFixture.create();
  sealed = (await fixture.database.profile.findFirstOrThrow({ where: { id: fixture.profileId } })).accessToken;
});
afterAll(async () => fixture?.drop());

async function startWorker(networks: new () => object): Promise<{ close(): Promise<void> }> {
  const { databaseUrl } = fixture;
  const settings = { ...readSettings({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }), databaseUrl };
  @Module({ imports: [...processModules(settings, createLogger({ name: 'test', level: 'silent' }), { isWalled: false }), QueueModule.forWorker([publishPostJob]), networks, PublishingWorkerModule] })
  class Worker {}
  return NestFactory.createApplicationContext(Worker, { logger: false });
}

it('puts a row that makes our own code fail on the retry plan instead of taking it up for ever', async () => {
  const id = await fixture.post('of a network that this build does not have', new Date(), 'elsewhere');
  const worker = await startWorker(NoNetworks);
  const read = () => fixture.database.platformPost.findFirstOrThrow({ where: { id } });
  await expect.poll(async () => (await read()).status, { timeout: 15_000 }).toBe('failed_waiting_for_retry');
  const row = await read();
  expect(row).toMatchObject({ attempts: 1, dispatches: 1, lease: null });
  expect(row.error).toContain('A fault of ours');
  expect((row.dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(30_000);
  await worker.close();
});

it('holds a post to a profile whose token nothing opens, and lapses the profile; a missing key follows the retry plan', async () => {
  const worker = await startWorker(NetworksModule);
  const profile = () => fixture.database.profile.findFirstOrThrow({ where: { id: fixture.profileId } });
  const publish = async (accessToken: string, told: string): Promise<unknown> => {
    await fixture.database.profile.updateMany({ where: { id: fixture.profileId }, data: { accessToken, status: 'active' } });
    const id = await fixture.post('never out', new Date());
    const read = () => fixture.database.platformPost.findFirstOrThrow({ where: { id } });
    await expect.poll(async () => (await read()).error, { timeout: 15_000 }).toBe(told);
    return read();
  };
  const { accessToken } = await profile();
  const missing = accessToken.replace('v1.k1.', 'v1.k9.');
  expect(await publish(missing, 'The encryption key of the stored access token is missing')).toMatchObject({ status: 'failed_waiting_for_retry', attempts: 1, lease: null });
  expect(await profile()).toMatchObject({ status: 'active' });
  const damaged = `${accessToken.slice(0, -22)}${'A'.repeat(22)}`;
  expect(await publish(damaged, 'The stored access token cannot be decrypted')).toMatchObject({ status: 'pending', hold: 'profile_disconnected', step: 'waiting', dueAt: null, errorDetails: { remedy: 'Connect the account again: the post goes on then' } });
  await expect.poll(async () => (await profile()).status).toBe('expired');
  await worker.close();
});

describe('a post that nobody came to for two hours', () => {
  const late = async (overduePolicy: string | null, overdueMinutes: number | null): Promise<{ row: object; told: [string, unknown][] }> => {
    await fixture.database.platformPost.updateMany({ data: { dueAt: null } });
    await fixture.database.profile.updateMany({ data: { status: 'active', accessToken: sealed } });
    await fixture.database.workspace.updateMany({ data: { overduePolicy, overdueMinutes } });
    const id = await fixture.post('late', after(new Date(), -hours(2)));
    const worker = await startWorker(NetworksModule);
    const find = () => fixture.database.platformPost.findFirstOrThrow({ where: { id } });
    // One read: between two of them the worker may have taken the row.
    await expect.poll(async () => find().then(({ status, updatedAt, createdAt }) => status !== 'processing' && updatedAt > createdAt), { timeout: 15_000 }).toBe(true);
    await worker.close();
    const row = await find();
    const events = await fixture.database.event.findMany({ where: { postId: row.postId }, orderBy: { id: 'asc' } });
    return { row, told: events.map(({ type, data }) => [type, (data as { decision?: string }).decision]) };
  };

  it('is held where late posts are published up to an hour', async () => {
    const { row, told } = await late(null, null);
    expect(row).toMatchObject({ status: 'pending', hold: 'overdue', step: 'waiting', dueAt: null, attemptedAt: null, timingSettledAt: null });
    expect(told).toEqual([['platform_post.overdue', 'hold'], ['platform_post.held', 'hold']]);
  });

  it('is not published any more where late posts are skipped', async () => {
    const { row, told } = await late('skip', null);
    expect(row).toMatchObject({ status: 'failed', step: 'done', hold: null, dueAt: null, errorDetails: { rule: 'overdue.skipped' } });
    expect(told.map(([type]) => type)).toEqual(['platform_post.overdue', 'platform_post.failed', 'post.processed']);
  });

  it('goes out where three hours are not too late, and that is decided once', async () => {
    const { row, told } = await late('publish_late', 180);
    expect(row).toMatchObject({ hold: null, timingSettledAt: expect.any(Date) as Date });
    expect(told[0]).toEqual(['platform_post.overdue', 'publish']);
    expect(told.filter(([type]) => type === 'platform_post.overdue')).toHaveLength(1);
  });
});
