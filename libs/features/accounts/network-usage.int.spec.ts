import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemDatabase } from '#infra/database/database';
import { after, hours, minutes } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { NetworkUsageRepository } from './network-usage.repository.js';
import { ProfilePaceRepository } from './profile-pace.repository.js';

const now = new Date('2026-11-22T12:00:00Z');

describe('what is kept of the limits', () => {
  let files: TestDatabase;
  let database: SystemDatabase;
  let usages: NetworkUsageRepository;
  let paces: ProfilePaceRepository;

  beforeAll(async () => {
    files = await createTestDatabase();
    database = new SystemDatabase({ url: files.url, poolSize: 6 });
    [usages, paces] = [new NetworkUsageRepository(database), new ProfilePaceRepository(database)];
  });
  afterAll(async () => {
    await database?.$disconnect();
    await files?.drop();
  });

  async function profile(): Promise<{ workspaceId: string; id: string; remoteId: string }> {
    const [workspaceId, profileGroupId, id, remoteId] = [newId('workspace'), newId('profileGroup'), newId('profile'), randomUUID()];
    await database.workspace.create({ data: { id: workspaceId, name: 'w', createdAt: now } });
    await database.profileGroup.create({ data: { workspaceId, id: profileGroupId, name: 'g', createdAt: now } });
    await database.profile.create({ data: { workspaceId, id, profileGroupId, network: 'instagram', remoteId, appScopedId: remoteId, username: 'u', name: 'n', accessToken: 'x', createdAt: now, updatedAt: now } });
    return { workspaceId, id, remoteId };
  }

  it('keeps a stop although a later answer knows nothing of it, and makes it only longer', async () => {
    const { workspaceId, id, remoteId } = await profile();
    const find = () => paces.find(workspaceId, id);
    await usages.keep('instagram', remoteId, { percent: 12, stoppedUntil: null, now });
    expect(await find(), 'nothing to keep').toBeNull();
    await usages.keep('instagram', remoteId, { percent: 97, stoppedUntil: after(now, hours(1)), now });
    await usages.keep('instagram', remoteId, { percent: 96, stoppedUntil: after(now, minutes(5)), now });
    expect(await find()).toMatchObject({ usagePercent: 96, stoppedUntil: after(now, hours(1)) });
    await usages.keep('instagram', remoteId, { percent: 12, stoppedUntil: null, now });
    expect(await find()).toMatchObject({ usagePercent: 12, stoppedUntil: after(now, hours(1)) });
    await usages.keep('instagram', 'nobody', { percent: 97, stoppedUntil: null, now });
  });

  it('keeps the installation\'s limits apart', async () => {
    const network = randomUUID();
    await usages.keep(network, null, { percent: 40, stoppedUntil: null, now });
    expect(await usages.find(network)).toBeNull();
    await usages.keep(network, null, { percent: 85, stoppedUntil: null, now });
    await usages.keep(network, null, { percent: 40, stoppedUntil: null, now });
    expect(await usages.find(network)).toMatchObject({ usagePercent: 40, stoppedUntil: null });
  });

  it('gives a place for a publishing call to one of many that ask at once', async () => {
    const { workspaceId, id } = await profile();
    const first = await Promise.all(Array.from({ length: 6 }, (_, index) => paces.takePublish(workspaceId, id, null, after(now, index + 1))));
    expect(first.filter(Boolean)).toHaveLength(1);
    const seen = (await paces.find(workspaceId, id))?.publishTat ?? null;
    const next = await Promise.all(Array.from({ length: 6 }, (_, index) => paces.takePublish(workspaceId, id, seen, after(now, 100 + index))));
    expect(next.filter(Boolean)).toHaveLength(1);
  });
});
