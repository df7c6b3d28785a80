import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '#infra/config/settings';
import { SystemDatabase } from '#infra/database/database';
import { createLogger } from '#infra/logging/logger';
import { laySilentCable, type SilentCable } from '#testing/silent-cable';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { openAccountsAdmin, type AccountsAdmin } from './accounts-admin.js';
import { ApiKeyCache } from './api-key.cache.js';
import { generateApiKey, parseApiKey, type ParsedApiKey } from './api-key.js';
import { ApiKeyLookupRepository, type CallKey } from './api-key-lookup.repository.js';

/** Counts its reads, and can hold an answer back after it was read. */
class WatchedKeys extends ApiKeyLookupRepository {
  reads = 0;
  held = 0;
  hold: Promise<void> | null = null;
  override async findForCall(prefix: string, group: string | null): Promise<CallKey | null> {
    this.reads += 1;
    const row = await super.findForCall(prefix, group);
    if (this.hold) this.held += 1;
    await this.hold;
    return row;
  }
}

let [files, database, cable, admin]: [TestDatabase, SystemDatabase, SilentCable, AccountsAdmin] = [] as never;
let keys: WatchedKeys;
let cache: ApiKeyCache;
let keyId: string;
let offered: ParsedApiKey;

beforeEach(async () => {
  files = await createTestDatabase();
  database = new SystemDatabase({ url: files.url, poolSize: 2 });
  cable = await laySilentCable(files.url);
  admin = openAccountsAdmin({ databaseUrl: files.url, encryptionKeys: [{ id: 'k1', key: randomBytes(32) }] }, 'instagram');
  await admin.bootstrapInstallation({ apiKey: generateApiKey(), demoAccount: null });
  const made = await admin.createApiKey({ name: 'watched' });
  keyId = made.id;
  offered = parse(made.key);
  keys = new WatchedKeys(database);
  cache = new ApiKeyCache(keys, { ...readSettings({}), databaseUrl: cable.url }, createLogger({ name: 'cache', level: 'silent' }));
  cache.onApplicationBootstrap();
  await expect.poll(isAnsweredFromMemory, { timeout: 20_000, interval: 20 }).toBe(true);
});
afterEach(async () => {
  await cache.onModuleDestroy();
  await cable.close();
  await admin.close();
  await database.$disconnect();
  await files.drop();
});

function parse(text: string): ParsedApiKey {
  const parsed = parseApiKey(text);
  if (!parsed) throw new Error('It did not parse');
  return parsed;
}
async function isAnsweredFromMemory(): Promise<boolean> {
  const before = keys.reads;
  expect(await cache.findForCall(offered, null)).toMatchObject({ id: keyId });
  return keys.reads === before;
}
const isRevoked = async (): Promise<boolean> => Boolean((await cache.findForCall(offered, null))?.revokedAt);

describe('ApiKeyCache', () => {
  it('answers nothing older than two seconds when notifications stop coming without a word', async () => {
    cable.cut();
    await admin.revokeApiKey(keyId);
    await expect.poll(isRevoked, { timeout: 4_000, interval: 20 }).toBe(true);
    cable.mend();
    await expect.poll(isAnsweredFromMemory, { timeout: 15_000, interval: 50 }).toBe(true);
    expect(await isRevoked()).toBe(true);
  });

  it('does not keep what was read before a change and arrives after it', async () => {
    let release: () => void = () => undefined;
    cache.forget(`key:${offered.prefix}`);
    keys.hold = new Promise((resolve) => { release = resolve; });
    const late = cache.findForCall(offered, null);
    // It has read the key as it was, and the answer is still under way.
    await expect.poll(() => keys.held, { interval: 5 }).toBe(1);
    await admin.revokeApiKey(keyId);
    cache.forget(`key:${offered.prefix}`);
    release();
    await late;
    keys.hold = null;
    expect(await isRevoked()).toBe(true);
  });

  it('keeps no key whose secret was wrong, and lets none in by a kept one', async () => {
    const wrong = { prefix: offered.prefix, secretHash: randomBytes(32) };
    expect(await cache.findForCall(wrong, null)).toBeNull();
    cache.forget(`key:${offered.prefix}`);
    const before = keys.reads;
    for (let each = 0; each < 2; each += 1) expect(await cache.findForCall(wrong, null)).toBeNull();
    expect(keys.reads).toBe(before + 2);
    for (let each = 0; each < 2; each += 1) expect((await cache.findForCall(offered, 'grp_none'))?.groupId).toBeNull();
    expect(keys.reads).toBe(before + 4);
  });
});
