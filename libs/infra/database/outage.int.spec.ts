import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { Database, Prisma } from './database.js';
import { isDatabaseOutage } from './outage.js';
import { runInContext } from '#infra/logging/request-context';
import { createTestDatabase } from '#testing/test-database';

const failureOf = (work: () => Promise<unknown>): Promise<unknown> => work().then(() => null, (error: unknown) => error);

describe('isDatabaseOutage', () => {
  it.each([
    ['a query', (database: Database) => database.post.findFirst()],
    ['raw SQL', (database: Database) => database.$queryRaw`SELECT 1`],
    ['a transaction', (database: Database) => database.$transaction((tx) => tx.post.count())],
    ['a statement past Prisma', (database: Database) => database.direct.$executeRaw(Prisma.sql`SELECT 1`)],
  ])('knows %s on a database that is away', async (_name, work) => {
    for (const host of ['127.0.0.1:1', 'nowhere.invalid']) {
      const database = new Database({ url: `postgres://nobody@${host}/x` });
      expect(isDatabaseOutage(await failureOf(() => work(database))), host).toBe(true);
      await database.$disconnect();
    }
  });

  it('knows a statement that took too long, also past Prisma', async () => {
    const files = await createTestDatabase();
    const [database, sql] = [new Database({ url: files.url }), new Client({ connectionString: files.url })];
    await sql.connect();
    for (const work of [() => database.direct.$executeRaw(Prisma.sql`SELECT pg_sleep(60)`), () => database.$executeRaw`SELECT pg_sleep(60)`]) {
      const failing = failureOf(work);
      const cancel = (): Promise<{ rowCount: number | null }> => sql.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
      await expect.poll(async () => (await cancel()).rowCount).toBe(1);
      expect(isDatabaseOutage(await failing)).toBe(true);
    }
    await Promise.all([database.$disconnect(), sql.end()]);
    await files.drop();
  });

  it('takes a mistake of ours for what it is', async () => {
    const files = await createTestDatabase();
    const database = new Database({ url: files.url });
    expect(isDatabaseOutage(await failureOf(() => database.$queryRaw`SELECT no_such_column FROM post`))).toBe(false);
    expect(isDatabaseOutage(await failureOf(() => database.workspace.findFirstOrThrow({ where: { id: 'ws_none' } })))).toBe(false);
    expect(isDatabaseOutage(new Error('something else'))).toBe(false);
    await database.$disconnect();
    await files.drop();
  });

  it('knows a statement that was cut off because it took too long', async () => {
    const files = await createTestDatabase();
    const database = new Database({ url: files.url });
    const failure = await failureOf(() => database.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL statement_timeout = 20`;
      await tx.$queryRaw`SELECT 1 FROM pg_sleep(10)`;
    }));
    expect(failure).not.toBeNull();
    expect(isDatabaseOutage(failure)).toBe(true);
    await database.$disconnect();
    await files.drop();
  });

  it('is none when a transaction waits longer than Prisma lets it by default, and shorter than a statement may', async () => {
    const files = await createTestDatabase();
    const database = new Database({ url: files.url });
    expect(await database.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM pg_sleep(5.2)`;
      return tx.workspace.count();
    })).toBe(0);
    await database.$disconnect();
    await files.drop();
  });

  it.each([true, false])('knows every failure of connections that are cut while they work or change hands, and none ends the process (behind the wall: %s)', async (isWalled) => {
    const files = await createTestDatabase();
    const [database, sql] = [new Database({ url: files.url, poolSize: 4, isWalled }), new Client({ connectionString: files.url })];
    await sql.connect();
    const unforeseen: unknown[] = [];
    let isOver = false;
    const callers = Array.from({ length: 40 }, async (_, caller) => {
      for (let call = caller; !isOver; call += 1) {
        const ways = [() => database.post.findMany(), () => database.$transaction((tx) => tx.post.findMany()), () => database.direct.$executeRaw(Prisma.sql`SELECT id FROM post`)];
        const work = async (): Promise<unknown> => ways[call % 3]?.();
        const failure = await failureOf(() => runInContext({ requestId: 'req', workspaceId: `ws_${call % 5}` }, async () => work()));
        if (failure && !isDatabaseOutage(failure)) unforeseen.push(failure);
      }
    });
    for (let cut = 0; cut < 400; cut += 1) await sql.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    isOver = true;
    await Promise.all(callers);
    expect(unforeseen).toEqual([]);
    await expect.poll(() => failureOf(() => database.post.findMany())).toBeNull();
    await Promise.all([database.$disconnect(), sql.end()]);
    await files.drop();
  });
});
