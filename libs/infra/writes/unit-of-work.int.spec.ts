import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { Database } from '#infra/database/database';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { IdempotencyRepository } from './idempotency.repository.js';
import { UnitOfWork } from './unit-of-work.js';

let [files, database]: [TestDatabase, Database] = [] as never;
let writes: UnitOfWork;
beforeAll(async () => {
  files = await createTestDatabase();
  database = new Database({ url: files.url, poolSize: 2 });
  writes = new UnitOfWork(database, new IdempotencyRepository(database, new TokenCipher([{ id: 'k1', key: randomBytes(32) }])), new SystemClock());
  await database.workspace.create({ data: { id: 'ws_1', name: 'W', createdAt: new Date() } });
});
afterAll(async () => {
  await database?.$disconnect();
  await files?.drop();
});

const fact = { action: 'profile_group.created', targetId: 'grp_1', profileGroupId: null, after: {} };
const addGroup = (tx: Database | Parameters<Parameters<UnitOfWork['run']>[1]>[0]['tx'], id: string) => tx.profileGroup.create({ data: { workspaceId: 'ws_1', id, name: 'G', createdAt: new Date() } });

describe('a unit of work', () => {
  it('keeps the change with what was recorded of it, and answers what is shown', async () => {
    const answer = await writes.run('ws_1', async ({ tx, record }) => addGroup(tx, 'grp_1').finally(() => record(fact)), ({ id }) => ({ id }));
    expect(answer).toEqual({ id: 'grp_1' });
    expect(await database.auditEntry.findMany()).toMatchObject([{ action: 'profile_group.created', targetId: 'grp_1' }]);
  });

  it('that records nothing fails, and nothing of it is kept', async () => {
    await expect(writes.run('ws_1', ({ tx }) => addGroup(tx, 'grp_silent'), () => null)).rejects.toThrow('A write that the audit does not know');
    expect(await database.profileGroup.count({ where: { id: 'grp_silent' } })).toBe(0);
  });

  it('whose answer cannot be shown is undone', async () => {
    const broken = (): never => { throw new Error('no such thing to show'); };
    await expect(writes.run('ws_1', async ({ tx, record }) => { await addGroup(tx, 'grp_unshown'); record(fact); }, broken)).rejects.toThrow('no such thing');
    expect(await database.profileGroup.count({ where: { id: 'grp_unshown' } })).toBe(0);
    expect(await database.auditEntry.count()).toBe(1);
  });
});
