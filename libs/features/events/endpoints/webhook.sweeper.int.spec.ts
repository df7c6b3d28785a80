import { afterAll, beforeAll, expect, it } from 'vitest';
import { Clock, hours } from '#kernel/clock';
import { SystemDatabase } from '#infra/database/database';
import { createLogger } from '#infra/logging/logger';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { WebhookSweepRepository } from './webhook-sweep.repository.js';
import { WebhookSweeper } from './webhook.sweeper.js';

const now = new Date('2026-11-22T12:00:00Z');
class StoppedClock extends Clock {
  override now(): Date {
    return now;
  }
}

let test: TestDatabase;
let database: SystemDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  database = new SystemDatabase({ url: test.url });
}, 60_000);
afterAll(async () => {
  await database?.$disconnect();
  await test?.drop();
});

it('deletes secrets whose overlap is over, of every workspace, and leaves those that sign', async () => {
  for (const workspaceId of ['ws_1', 'ws_2']) {
    await database.workspace.create({ data: { id: workspaceId, name: 'x', createdAt: now } });
    await database.webhookEndpoint.create({ data: { workspaceId, id: 'wh_1', url: 'https://hooks.example.com', events: ['*'], createdAt: now, updatedAt: now } });
    const secret = (id: string, expiresAt: Date | null) => ({ workspaceId, id, endpointId: 'wh_1', secret: 'sealed', createdAt: now, expiresAt });
    await database.webhookSecret.createMany({ data: [secret('whs_present', null), secret('whs_signing', new Date(now.getTime() + 1)), secret('whs_ended', now), secret('whs_old', new Date(now.getTime() - hours(1)))] });
  }
  await database.webhookSecret.createMany({ data: Array.from({ length: 1_500 }, (_, number) => ({ workspaceId: 'ws_1', id: `whs_${number}`, endpointId: 'wh_1', secret: 'sealed', createdAt: now, expiresAt: now })) });
  const sweeper = new WebhookSweeper(new WebhookSweepRepository(database), new StoppedClock(), createLogger({ name: 'test', level: 'silent' }));
  await sweeper.sweep();
  const left = await database.webhookSecret.findMany({ orderBy: [{ workspaceId: 'asc' }, { id: 'asc' }] });
  expect(left.map(({ workspaceId, id }) => `${workspaceId} ${id}`)).toEqual(['ws_1 whs_present', 'ws_1 whs_signing', 'ws_2 whs_present', 'ws_2 whs_signing']);
});

it('cancels what waits for webhooks that are gone, and nothing else', async () => {
  await database.webhookEndpoint.create({ data: { workspaceId: 'ws_2', id: 'wh_2', url: 'https://hooks.example.com', events: ['*'], createdAt: now, updatedAt: now } });
  const made = (workspaceId: string, endpointId: string, id: string) => ({ workspaceId, endpointId, id, eventId: 'evt_1', eventType: 'post.created', eventCreatedAt: now, nextAttemptAt: now, createdAt: now });
  const gone = Array.from({ length: 1_200 }, (_, number) => [made('ws_1', 'wh_0', `dlv_a${number}`), made('ws_2', 'wh_9', `dlv_b${number}`)]).flat();
  await database.webhookDelivery.createMany({ data: [...gone, made('ws_1', 'wh_1', 'dlv_1'), made('ws_2', 'wh_1', 'dlv_1'), made('ws_2', 'wh_2', 'dlv_2')] });
  await new WebhookSweeper(new WebhookSweepRepository(database), new StoppedClock(), createLogger({ name: 'test', level: 'silent' })).sweep();
  const left = await database.webhookDelivery.findMany({ where: { state: 'pending' }, orderBy: [{ workspaceId: 'asc' }, { id: 'asc' }] });
  expect(left.map(({ workspaceId, endpointId }) => `${workspaceId} ${endpointId}`)).toEqual(['ws_1 wh_1', 'ws_2 wh_1', 'ws_2 wh_2']);
  expect(await database.webhookDelivery.count({ where: { state: 'cancelled', finishedAt: now, nextAttemptAt: null } })).toBe(2_400);
});
