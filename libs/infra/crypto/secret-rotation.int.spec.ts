import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { profileAccessToken, secretContext } from './encrypted-columns.js';
import { SecretRotation, type RotationOptions, type RotationReport } from './secret-rotation.js';
import { requireReadable } from './stored-secrets.check.js';
import { StoredSecretsRepository } from './stored-secrets.repository.js';
import { TokenCipher } from './token-cipher.js';

const key = (id: string) => ({ id, key: randomBytes(32) });

describe('stored secrets', () => {
  let files: TestDatabase;
  let database: Database;
  let secrets: StoredSecretsRepository;
  const [k1, k2] = [key('k1'), key('k2')];
  const [old, both, lacking] = [new TokenCipher([k1]), new TokenCipher([k2, k1]), new TokenCipher([k2])];

  beforeEach(async () => {
    files = await createTestDatabase();
    database = new Database({ url: files.url, poolSize: 4 });
    secrets = new StoredSecretsRepository(database);
  });
  afterEach(async () => {
    await database.$disconnect();
    await files.drop();
  });

  async function profile(cipher: TokenCipher, token = randomBytes(9).toString('hex')): Promise<{ workspaceId: string; id: string; token: string }> {
    const [workspaceId, profileGroupId, id, now] = [newId('workspace'), newId('profileGroup'), newId('profile'), new Date()];
    await database.workspace.create({ data: { id: workspaceId, name: 'Test', createdAt: now } });
    await database.profileGroup.create({ data: { workspaceId, id: profileGroupId, name: 'First', createdAt: now } });
    const accessToken = token && cipher.encrypt(token, secretContext(profileAccessToken, workspaceId, id));
    await database.profile.create({ data: { workspaceId, id, profileGroupId, network: 'instagram', remoteId: id, appScopedId: id, username: id, name: id, accessToken, createdAt: now, updatedAt: now } });
    return { workspaceId, id, token };
  }

  const profiles = (count: number) => Promise.all(Array.from({ length: count }, () => profile(old)));
  const sealed = async (id: string): Promise<string> => (await database.profile.findFirstOrThrow({ where: { id } })).accessToken;
  const opened = async (cipher: TokenCipher, { workspaceId, id }: { workspaceId: string; id: string }): Promise<string> =>
    cipher.decrypt(await sealed(id), secretContext(profileAccessToken, workspaceId, id));
  const rotate = (options: RotationOptions = {}): Promise<RotationReport> => new SecretRotation(secrets, both, ['k2', 'k1']).run({ batchSize: 3, ...options });

  it('are all sealed with the newest key, and open to the same texts', async () => {
    const rows = [...(await profiles(10)), await profile(both), await profile(old, '')];
    expect(await rotate()).toEqual({ rewritten: 10, dropped: 0, contested: 0, unreadable: [], unusedKeyIds: ['k1'], neededKeyIds: [] });
    for (const row of rows.filter(({ token }) => token !== '')) expect(await opened(lacking, row)).toBe(row.token);
    expect(await rotate()).toMatchObject({ rewritten: 0, unusedKeyIds: ['k1'] });
  });

  it('are finished by the next run when one died on the way', async () => {
    const rows = await profiles(10);
    const dying = rotate({ onProgress: (count) => { if (count >= 6) throw new Error('killed'); } });
    await expect(dying).rejects.toThrow('killed');
    expect(await rotate()).toMatchObject({ rewritten: 4, unusedKeyIds: ['k1'] });
    for (const row of rows) expect(await opened(lacking, row)).toBe(row.token);
  });

  it('are not put back where somebody renewed them meanwhile', async () => {
    const [row] = await profiles(1);
    if (!row) throw new Error('no row');
    const renewed = old.encrypt('renewed', secretContext(profileAccessToken, row.workspaceId, row.id));
    class Renewing extends StoredSecretsRepository {
      private isDone = false;
      override async replace(...change: Parameters<StoredSecretsRepository['replace']>): Promise<number> {
        if (!this.isDone) await database.profile.updateMany({ where: { id: row?.id ?? '' }, data: { accessToken: renewed } });
        this.isDone = true;
        return super.replace(...change);
      }
    }
    const report = await new SecretRotation(new Renewing(database), both, ['k2', 'k1']).run();
    expect(report).toMatchObject({ rewritten: 1, contested: 0, unusedKeyIds: ['k1'] });
    expect(await opened(lacking, row)).toBe('renewed');
  });

  it('are told and left alone when no key opens them, or emptied on request', async () => {
    const [sound, lost, copied] = [await profile(old), await profile(new TokenCipher([key('k9')])), await profile(old)];
    const text = await sealed(sound.id);
    await database.profile.updateMany({ where: { id: copied.id }, data: { accessToken: text } });
    const before = await sealed(lost.id);
    const report = await rotate();
    expect(report).toMatchObject({ rewritten: 1, unusedKeyIds: [], neededKeyIds: ['k1'] });
    expect(new Map(report.unreadable.map(({ id, reason }) => [id, reason]))).toEqual(new Map([[lost.id, expect.stringContaining('"k9" is missing')], [copied.id, expect.stringContaining('does not belong to its place')]]));
    expect([await sealed(lost.id), await sealed(copied.id)]).toEqual([before, text]);
    expect(await rotate({ dropUnreadable: true })).toMatchObject({ rewritten: 0, dropped: 2, unreadable: [], unusedKeyIds: ['k1'] });
    expect([await sealed(lost.id), await sealed(copied.id)]).toEqual(['', '']);
  });

  it('tell at the start which key is missing, or has other bytes', async () => {
    const check = async (cipher: TokenCipher): Promise<void> => requireReadable(await secrets.keyUses(), cipher);
    await expect(check(lacking)).resolves.toBeUndefined();
    const [first] = await profiles(7);
    await expect(check(both)).resolves.toBeUndefined();
    await expect(check(lacking)).rejects.toThrow('the encryption key "k1" is missing (rows that need it: 7)');
    await expect(check(new TokenCipher([key('k1')]))).rejects.toThrow('the encryption key "k1" has other bytes than when it sealed (rows: 7)');
    await database.profile.updateMany({ where: { id: first?.id ?? '' }, data: { accessToken: 'no ciphertext' } });
    await expect(check(old)).resolves.toBeUndefined();
  });
});
