import { describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { isDatabaseOutage } from './outage.js';
import { createTestDatabase } from '#testing/test-database';

const failureOf = (work: () => Promise<unknown>): Promise<unknown> => work().then(() => null, (error: unknown) => error);

describe('isDatabaseOutage', () => {
  it.each([
    ['a query', (database: Database) => database.post.findFirst()],
    ['raw SQL', (database: Database) => database.$queryRaw`SELECT 1`],
    ['a transaction', (database: Database) => database.$transaction((tx) => tx.post.count())],
  ])('knows %s on a database that is away', async (_name, work) => {
    const database = new Database({ url: 'postgres://nobody@127.0.0.1:1/x' });
    expect(isDatabaseOutage(await failureOf(() => work(database)))).toBe(true);
    await database.$disconnect();
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
});
