import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '#infra/logging/logger';
import { laySilentCable } from '#testing/silent-cable';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { NotificationListener } from './notifications.js';

let database: TestDatabase;
let sql: Client;
let listener: NotificationListener | null = null;
let heard: string[];
let gaps: number;

beforeEach(async () => {
  database = await createTestDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  [heard, gaps] = [[], 0];
});
afterEach(async () => {
  await listener?.stop();
  await sql.end();
  await database.drop();
});

function listen(url: string): NotificationListener {
  const handlers = { onMessage: (payload: string) => void heard.push(payload), onGap: () => void (gaps += 1) };
  listener = new NotificationListener(url, 'test_channel', handlers, createLogger({ name: 'test', level: 'silent' }));
  listener.start();
  return listener;
}
const isCurrent = (value: boolean, timeout: number): Promise<void> => expect.poll(() => listener?.isCurrent(), { timeout, interval: 20 }).toBe(value);

describe('NotificationListener', () => {
  it('hears what is committed, in order, and nothing of what is rolled back', async () => {
    const before = listen(database.url);
    expect(before.isCurrent()).toBe(false);
    await isCurrent(true, 5_000);
    await sql.query("BEGIN; SELECT pg_notify('test_channel', 'never'); ROLLBACK");
    for (const payload of ['a', 'b', 'c']) await sql.query('SELECT pg_notify($1, $2)', ['test_channel', payload]);
    await expect.poll(() => heard).toEqual(['a', 'b', 'c']);
  });

  it('says within two seconds that it hears nothing, when the connection is cut silently, and begins anew', async () => {
    const wire = await laySilentCable(database.url);
    try {
      listen(wire.url);
      await isCurrent(true, 5_000);
      wire.cut();
      await isCurrent(false, 2_200);
      await sql.query("SELECT pg_notify('test_channel', 'missed')");
      wire.mend();
      await isCurrent(true, 15_000);
      expect(gaps).toBe(2);
    } finally {
      await listener?.stop();
      await wire.close();
    }
  });

  it('stops in a second though nobody answers any more', async () => {
    const wire = await laySilentCable(database.url);
    try {
      const cut = listen(wire.url);
      await isCurrent(true, 5_000);
      wire.cut();
      const begun = performance.now();
      await cut.stop();
      expect(performance.now() - begun).toBeLessThan(5_000);
    } finally {
      await wire.close();
    }
  });

  it('tries again while there is no server, and stops when told to', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const waiting = listen(url.href);
    await expect.poll(() => waiting.isCurrent()).toBe(false);
    await waiting.stop();
    expect([gaps, waiting.isCurrent()]).toEqual([0, false]);
  });
});
