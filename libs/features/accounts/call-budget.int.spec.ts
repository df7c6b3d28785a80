import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, Clock, days, hours, minutes, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { Database } from '#infra/database/database';
import type { CallBudget, CallKind } from '#networks/port/call-budget';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { openAccountsAdmin } from './accounts-admin.js';
import { generateApiKey } from './api-key.js';
import { CallBudgetRepository } from './call-budget.repository.js';
import { CallBudgetSweepRepository } from './call-budget-sweep.repository.js';
import { CallBudgetSweeper } from './call-budget-sweeper.js';

const now = new Date('2026-11-22T12:00:00.000Z');
const commentsIn = (amount: number): Budget => ({ kind: 'comment', amount, windowSeconds: 3_600 });
type Budget = Pick<CallBudget, 'kind' | 'amount' | 'windowSeconds'>;

let files: TestDatabase;
let databases: Database[];
let database: Database;
let workspaceId: string;
let template: string;
beforeAll(async () => {
  files = await createTestDatabase();
  const admin = openAccountsAdmin({ databaseUrl: files.url, encryptionKeys: [{ id: 'k1', key: randomBytes(32) }] }, 'instagram');
  const made = await admin.bootstrapInstallation({ apiKey: generateApiKey(), demoAccount: { userId: '1', id: '2', username: 'brand', accessToken: 'token' } }).finally(() => admin.close());
  [workspaceId, template] = [made.workspaceId, made.profileId ?? ''];
  databases = Array.from({ length: 4 }, () => new Database({ url: files.url, poolSize: 5 }));
  database = databases[0] as Database;
  await Promise.all(databases.map((each) => each.$connect()));
});
afterAll(async () => {
  await Promise.all((databases ?? []).map((each) => each.$disconnect()));
  await files?.drop();
});

/** A profile that has called nobody yet. */
async function profile(): Promise<string> {
  const id = newId('profile');
  await database.$executeRawUnsafe(`INSERT INTO profile SELECT (jsonb_populate_record(p, jsonb_build_object('id', $2::text, 'removed_at', now()))).* FROM profile p WHERE id = $1`, template, id);
  return id;
}

const take = (profileId: string, budget: Budget, subject: string, at = now, by = database): Promise<Date | null> => new CallBudgetRepository(by).take(workspaceId, profileId, budget, { subject, now: at });
const places = (profileId: string): Promise<number> => database.callBudgetUse.count({ where: { workspaceId, profileId } });

describe('a budget of calls', () => {
  it('gives 200 who take at once over several processes exactly what it has, and tells the others when', async () => {
    const [id, other] = [await profile(), await profile()];
    const takers = Array.from({ length: 200 }, (_, index) => take(id, commentsIn(60), `call-${String(index)}`, after(now, index), databases[index % databases.length]));
    const bystander = take(other, commentsIn(60), 'its own');
    const untils = await Promise.all(takers);
    expect(untils.filter((until) => until === null)).toHaveLength(60);
    expect([await places(id), await bystander]).toEqual([60, null]);
    const [first] = await database.callBudgetUse.findMany({ where: { workspaceId, profileId: id }, orderBy: { at: 'asc' } });
    expect([...new Set(untils.flatMap((until) => until?.toISOString() ?? []))]).toEqual([first?.leavesAt.toISOString()]);
  });

  it('lets nobody count while somebody else is taking', async () => {
    const id = await profile();
    const waiting = await (databases[1] as Database).$transaction(async (tx) => {
      await tx.$queryRaw`SELECT take_call_budget(${workspaceId}, ${id}, 'comment', 'first', 1, interval '1 hour', ${now})`;
      const second = take(id, commentsIn(1), 'second');
      const countWaiting = async (): Promise<number> => (await database.$queryRaw<unknown[]>`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).length;
      await expect.poll(countWaiting, { timeout: 10_000 }).toBe(1);
      return { second };
    });
    expect([await waiting.second, await places(id)]).toEqual([after(now, hours(1)), 1]);
  });

  it('gives one subject one place, however many take it at once', async () => {
    const id = await profile();
    const untils = await Promise.all(Array.from({ length: 40 }, (_, index) => take(id, commentsIn(2), 'the same', now, databases[index % databases.length])));
    expect([new Set(untils), await places(id)]).toEqual([new Set([null]), 1]);
  });

  it('rolls: each place comes back when its own window is over, and not a millisecond earlier', async () => {
    const id = await profile();
    for (const [subject, at] of [['a', now], ['b', after(now, minutes(10))]] as const) expect(await take(id, commentsIn(2), subject, at)).toBeNull();
    expect(await take(id, commentsIn(2), 'c', after(now, minutes(20)))).toEqual(after(now, hours(1)));
    expect(await take(id, commentsIn(2), 'c', after(now, hours(1) - 1))).toEqual(after(now, hours(1)));
    expect(await take(id, commentsIn(2), 'c', after(now, hours(1)))).toBeNull();
    expect(await take(id, commentsIn(2), 'd', after(now, hours(1)))).toEqual(after(now, minutes(70)));
  });

  it.each<[string, number, number]>([
    ['the same', 3, 60], ['one less', 2, 80], ['a third', 1, 100], ['more', 4, 0],
  ])('that was changed to %s waits for as many to leave as it takes', async (_, amount, minutesUntil) => {
    const id = await profile();
    for (const index of [0, 1, 2]) await take(id, commentsIn(3), `call-${String(index)}`, after(now, minutes(20 * index)));
    expect(await take(id, commentsIn(amount), 'next', after(now, minutes(50)))).toEqual(minutesUntil === 0 ? null : after(now, minutes(minutesUntil)));
  });

  it('counts a hashtag once in its seven days, from the first time on, also while it is full', async () => {
    const [id, budget] = [await profile(), { kind: 'hashtag', amount: 2, windowSeconds: 7 * 86_400 } as const];
    for (const tag of ['sea', 'sun', 'sea', 'sun']) expect(await take(id, budget, tag, after(now, days(1)))).toBeNull();
    expect(await take(id, budget, 'moon', after(now, days(2)))).toEqual(after(now, days(8)));
    expect(await take(id, budget, 'sea', after(now, days(6)))).toBeNull();
    // Its window was not begun anew by the later searches.
    expect(await take(id, budget, 'moon', after(now, days(8)))).toBeNull();
    expect(await take(id, budget, 'sea', after(now, days(8)))).toBeNull();
    expect(await take(id, budget, 'sun', after(now, days(8)))).toEqual(after(now, days(15)));
  });

  it('is each profile\'s and each kind\'s own', async () => {
    const [id, other] = [await profile(), await profile()];
    const kinds: readonly CallKind[] = ['comment', 'private_reply', 'ice_breakers'];
    const takeAll = (profileId: string, subject: string): Promise<(Date | null)[]> => Promise.all(kinds.map((kind) => take(profileId, { kind, amount: 1, windowSeconds: 60 }, subject)));
    expect([await takeAll(id, 'a'), await takeAll(other, 'a')]).toEqual([[null, null, null], [null, null, null]]);
    expect(await takeAll(id, 'b')).toEqual(kinds.map(() => after(now, seconds(60))));
  });

  it('of a profile that is gone is no failure: the call itself finds that out', async () => {
    expect(await take(newId('profile'), commentsIn(1), 'a')).toBeNull();
    expect(await database.callBudgetUse.count({ where: { subject: 'a', profileId: { notIn: (await database.profile.findMany({ select: { id: true } })).map(({ id }) => id) } } })).toBe(0);
  });
});

describe('the sweep of call budgets', () => {
  it('forgets what has left its window for an hour, of everybody and in one round, and nothing that counts', async () => {
    const id = await profile();
    const kept = await database.callBudgetUse.count();
    const at = after(now, days(30));
    const entries = [...Array.from({ length: 2_500 }, () => hours(3)), hours(1.5), 0].map((age, index) => ({ workspaceId, profileId: id, kind: 'comment', subject: `old-${String(index)}`, at: after(at, -age), leavesAt: after(at, hours(1) - age) }));
    await database.callBudgetUse.createMany({ data: entries });
    class Fixed extends Clock {
      override now(): Date {
        return at;
      }
    }
    await new CallBudgetSweeper(new CallBudgetSweepRepository(database), new Fixed(), createLogger({ name: 'test', level: 'silent' })).sweep();
    expect(kept).toBeGreaterThan(0);
    expect((await database.callBudgetUse.findMany({ orderBy: { subject: 'asc' } })).map(({ subject }) => subject)).toEqual(['old-2500', 'old-2501']);
  });
});

describe('COMMENTS_PER_HOUR', () => {
  it.each([[{}, 60], [{ COMMENTS_PER_HOUR: '0' }, 0], [{ COMMENTS_PER_HOUR: '500' }, 500]])('%j is %d', (environment, comments) => {
    expect(readSettings(environment).instagram.commentsPerHour).toBe(comments);
  });

  it.each(['-1', 'many', '1.5', '100001'])('cannot be %s', (text) => {
    expect(() => readSettings({ COMMENTS_PER_HOUR: text })).toThrow('COMMENTS_PER_HOUR must be a whole number from 0 to 100000 (0 = no limit)');
  });
});
