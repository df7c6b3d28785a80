import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, Clock, minutes } from '#kernel/clock';
import { readSettings } from '#infra/config/settings';
import { Database } from '#infra/database/database';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { openAccountsAdmin } from './accounts-admin.js';
import { ApiKeyUsageRepository, type SharedUsage } from './api-key-usage.repository.js';
import { generateApiKey } from './api-key.js';
import { RateLimiter } from './rate-limiter.js';

class SetClock extends Clock {
  constructor(public moment = new Date('2026-11-22T10:00:20Z')) { super(); }
  override now(): Date { return this.moment; }
}
class CountingUsage extends ApiKeyUsageRepository {
  charges = 0;
  override charge(workspaceId: string, keyId: string, windowStart: Date, count: number): Promise<SharedUsage> {
    this.charges += 1;
    return super.charge(workspaceId, keyId, windowStart, count);
  }
}

let files: TestDatabase;
let database: Database;
let workspaceId: string;
const admin = () => openAccountsAdmin({ databaseUrl: files.url, encryptionKeys: [{ id: 'k1', key: randomBytes(32) }] }, 'instagram');

beforeAll(async () => {
  files = await createTestDatabase();
  database = new Database({ url: files.url });
  const opened = admin();
  workspaceId = (await opened.bootstrapInstallation({ apiKey: generateApiKey(), demoAccount: null })).workspaceId;
  await opened.close();
});
afterAll(async () => {
  await database.$disconnect();
  await files.drop();
});

async function newKey(): Promise<string> {
  const opened = admin();
  const { id } = await opened.createApiKey({ name: randomBytes(4).toString('hex') });
  await opened.close();
  return id;
}
function processes(count: number, limit: number, clock: Clock): { limiters: RateLimiter[]; usage: CountingUsage } {
  const usage = new CountingUsage(database);
  const settings = readSettings({ API_RATE_LIMIT: String(limit) });
  return { usage, limiters: Array.from({ length: count }, () => new RateLimiter(usage, clock, settings)) };
}
const takeMany = async (limiters: readonly RateLimiter[], key: string, count: number): Promise<number> => {
  const rounds = Array.from({ length: Math.ceil(count / limiters.length) }, () => limiters).flat().slice(0, count);
  const verdicts = await Promise.all(rounds.map((limiter) => limiter.take(workspaceId, key)));
  return verdicts.filter((verdict) => verdict.isAllowed).length;
};

describe('RateLimiter', () => {
  it.each([[1, 10], [2, 10], [3, 100], [1, 2_000]])('in %i processes serves a limit of %i to its last request, and no more', async (count, limit) => {
    const [key, clock] = [await newKey(), new SetClock()];
    const { limiters } = processes(count, limit, clock);
    let served = 0;
    for (let round = 0; round < 5; round += 1) served += await takeMany(limiters, key, limit);
    expect(served).toBe(limit);
    expect(await limiters[0]?.take(workspaceId, key)).toEqual({ isAllowed: false, limit, remaining: 0, resetSeconds: 40 });
  });

  it('begins anew with the next minute', async () => {
    const [key, clock] = [await newKey(), new SetClock()];
    const { limiters } = processes(2, 5, clock);
    expect(await takeMany(limiters, key, 12)).toBe(5);
    clock.moment = after(clock.moment, minutes(1));
    expect(await takeMany(limiters, key, 12)).toBe(5);
  });

  it('asks the database seldom', async () => {
    const key = await newKey();
    const { limiters, usage } = processes(1, 30_000, new SetClock());
    for (let each = 0; each < 3_000; each += 1) expect((await limiters[0]?.take(workspaceId, key))?.isAllowed).toBe(true);
    expect(usage.charges).toBeLessThan(5);
  });

  it('stops nobody when it is switched off, and counts each key on its own', async () => {
    const [one, two, clock] = [await newKey(), await newKey(), new SetClock()];
    expect(await takeMany(processes(1, 0, clock).limiters, one, 50)).toBe(50);
    const { limiters } = processes(1, 3, clock);
    expect([await takeMany(limiters, one, 9), await takeMany(limiters, two, 9)]).toEqual([3, 3]);
  });

  it('is not locked by a window that a wrong clock began far ahead', async () => {
    const key = await newKey();
    expect(await takeMany(processes(1, 3, new SetClock(new Date('2027-11-22T10:00:00Z'))).limiters, key, 9)).toBe(3);
    expect(await takeMany(processes(1, 3, new SetClock()).limiters, key, 9)).toBe(3);
  });

  it('fails and does not stay stuck when the database does not answer', async () => {
    const key = await newKey();
    const usage = new CountingUsage(database);
    const limiter = new RateLimiter(usage, new SetClock(), readSettings({ API_RATE_LIMIT: '5' }));
    const charge = usage.charge.bind(usage);
    usage.charge = () => Promise.reject(new Error('away'));
    await expect(limiter.take(workspaceId, key)).rejects.toThrow('away');
    usage.charge = charge;
    expect((await limiter.take(workspaceId, key)).isAllowed).toBe(true);
  });
});
