import { afterAll, beforeAll, expect, it } from 'vitest';
import { Clock, hours } from '#kernel/clock';
import { SystemDatabase } from '#infra/database/database';
import { createLogger } from '#infra/logging/logger';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { WebhookSecretSweepRepository } from './webhook-secret-sweep.repository.js';
import { WebhookSecretSweeper } from './webhook-secret.sweeper.js';

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
  const sweeper = new WebhookSecretSweeper(new WebhookSecretSweepRepository(database), new StoppedClock(), createLogger({ name: 'test', level: 'silent' }));
  await sweeper.sweep();
  const left = await database.webhookSecret.findMany({ orderBy: [{ workspaceId: 'asc' }, { id: 'asc' }] });
  expect(left.map(({ workspaceId, id }) => `${workspaceId} ${id}`)).toEqual(['ws_1 whs_present', 'ws_1 whs_signing', 'ws_2 whs_present', 'ws_2 whs_signing']);
});
