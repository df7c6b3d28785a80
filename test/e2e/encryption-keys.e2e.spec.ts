import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateApiKey, openAccountsAdmin } from '#features/accounts/index';
import { probePort } from '#infra/database/embedded/free-port';
import { HeliographProcess } from '#testing/heliograph-process';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { TestProcess } from './platform/child-process.js';

const key = (): Buffer => randomBytes(32);
const ring = (keys: Record<string, Buffer>): string => Object.entries(keys).map(([id, bytes]) => `${id}:${bytes.toString('base64')}`).join(',');

describe('encryption keys', { timeout: 300_000 }, () => {
  let dataDir: string;
  let database: TestDatabase;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'heliograph-keys-'));
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function run(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; output: string }> {
    const command = HeliographProcess.run(args, { dataDir, env: { DATABASE_URL: database.url, ...env } });
    return { code: await command.exit(), output: command.output };
  }

  const rotate = (env: Record<string, string>, ...options: string[]): ReturnType<typeof run> => run(['keys', 'rotate-encryption', ...options], env);

  async function storeToken(id: string, bytes: Buffer): Promise<void> {
    const admin = openAccountsAdmin({ databaseUrl: database.url, encryptionKeys: [{ id, key: bytes }] }, 'instagram');
    await admin.bootstrapInstallation({ apiKey: generateApiKey(), demoAccount: { userId: '1', id: '2', username: 'brand', accessToken: 'token' } }).finally(() => admin.close());
  }

  /** @returns what a process says that does not start; null when it does */
  async function refusal(main: string, keys: string): Promise<string | null> {
    const port = await probePort(0);
    const child = new TestProcess(main, { PORT: String(port), DATABASE_URL: database.url, HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: keys, LOG_LEVEL: 'silent' });
    const message = await child.start().then(() => null, (error: unknown) => String(error));
    await child.stop();
    return message;
  }

  it('that are missing or other than before keep API and worker from starting, and doctor says the same', async () => {
    const [k1, k2] = [key(), key()];
    await storeToken('k1', k1);
    for (const main of ['apps/api/main.js', 'apps/worker/main.js']) {
      expect(await refusal(main, ring({ k2 }))).toMatch(/the encryption key "k1" is missing \(rows that need it: 1\)\. Add it to ENCRYPTION_KEYS again/);
      expect(await refusal(main, ring({ k2, k1: k2 }))).toMatch(/the encryption key "k1" has other bytes/);
      expect(await refusal(main, ring({ k2, k1 }))).toBeNull();
    }
    expect((await run(['doctor'], { ENCRYPTION_KEYS: ring({ k2 }) })).output).toMatch(/✗ Secrets +Stored secrets cannot be decrypted: the encryption key "k1" is missing/);
    expect((await run(['doctor'], { ENCRYPTION_KEYS: ring({ k1 }) })).output).toMatch(/✓ Secrets +the keys of everything stored encrypted are there \(rows: 1\)/);
  });

  it('are not changed by options that exclude each other', async () => {
    const { code, output } = await rotate({}, '--prepare', '--forget-old');
    expect([code, output]).toEqual([1, expect.stringContaining("option '--prepare' cannot be used with option '--forget-old'")]);
  });

  it('of the environment: the first seals everything anew, what is lost is told and let go on request', async () => {
    const [k1, k2, k3] = [key(), key(), key()];
    await storeToken('k1', k1);
    expect(await rotate({ ENCRYPTION_KEYS: ring({ k2, k1 }) })).toMatchObject({ code: 0, output: expect.stringMatching(/1 secrets sealed with k2, 0 could not be read\.\n.*ENCRYPTION_KEYS.*: k1/) });
    expect(await refusal('apps/api/main.js', ring({ k2 }))).toBeNull();
    expect(await rotate({ ENCRYPTION_KEYS: ring({ k3 }) })).toMatchObject({ code: 1, output: expect.stringMatching(/profile prof_\w+: The encryption key "k2" is missing/) });
    expect(await rotate({ ENCRYPTION_KEYS: ring({ k3 }) }, '--drop-unreadable')).toMatchObject({ code: 0, output: expect.stringContaining('1 that no key opens were let go') });
    expect(await refusal('apps/api/main.js', ring({ k3 }))).toBeNull();
  });

  it('of the generated file: a new one comes in front while nothing runs; a running installation must know it first', async () => {
    const ids = (): string[] => readFileSync(join(dataDir, 'encryption-keys'), 'utf8').trim().split(',').map((entry) => entry.split(':')[0] ?? '');
    const up = () => HeliographProcess.up({ dataDir, env: { DATABASE_URL: database.url } });
    const running = await up();
    expect(ids()).toEqual(['k1']);
    expect(await rotate({})).toMatchObject({ code: 1, output: expect.stringContaining('its processes would not know a new key') });
    expect(await rotate({}, '--prepare')).toMatchObject({ code: 0, output: expect.stringContaining('k2 is in') });
    expect(ids()).toEqual(['k1', 'k2']);
    expect(await rotate({})).toMatchObject({ code: 1, output: expect.stringContaining('does not know it. Start it anew') });
    await running.stop();

    const knowing = await up();
    expect(await rotate({})).toMatchObject({ code: 0, output: expect.stringMatching(/1 secrets sealed with k2/) });
    expect(ids()).toEqual(['k2', 'k1']);
    expect(await fetch(`${knowing.apiUrl}/api/profiles`, { headers: { authorization: `Bearer ${knowing.apiKey}` } }).then((answer) => answer.status)).toBe(200);
    expect(await rotate({}, '--forget-old')).toMatchObject({ code: 1, output: expect.stringContaining('still seals with the old key') });
    await knowing.stop();

    expect(await rotate({}, '--forget-old')).toMatchObject({ code: 0, output: expect.stringContaining('Forgotten: k1') });
    expect(ids()).toEqual(['k2']);
    expect(await rotate({}, '--forget-old')).toMatchObject({ code: 0, output: expect.stringMatching(/sealed with k3[^]*Forgotten: k2/) });
    expect(ids()).toEqual(['k3']);
    await (await up()).stop();
  });
});
