import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { readSettings } from '#infra/config/settings';
import { SystemDatabase } from '#infra/database/database';
import { createLogger } from '#infra/logging/logger';
import { LocalDiskStorage } from '#infra/storage/local-disk.storage';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { StorageSweeper } from './storage-sweeper.js';
import { UploadDisk } from './upload-disk.js';
import { UploadParts } from './upload-parts.js';
import { UploadSweepRepository } from './upload-sweep.repository.js';

const clock = new SystemClock();
let test: TestDatabase;
let database: SystemDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  database = new SystemDatabase({ url: test.url });
  await database.$executeRaw`INSERT INTO workspace VALUES ('ws_1', 'W', now())`;
  await database.$executeRaw`INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ('ws_1', 'grp_1', 'G', now())`;
  await database.$executeRaw`
    INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
    VALUES ('ws_1', 'prof_1', 'grp_1', 'instagram', '1', '1', 'u', 'n', 'sealed', now(), now())`;
}, 60_000);
afterAll(async () => {
  await database?.$disconnect();
  await test?.drop();
});

let dataDir: string;
let storage: LocalDiskStorage;
let sweepers: StorageSweeper[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sweep-'));
  storage = new LocalDiskStorage(join(dataDir, 'media'), clock);
  const parts = new UploadParts(readSettings({ HELIOGRAPH_DATA: dataDir }), new UploadDisk(createLogger({ name: 'sweep', level: 'silent' })));
  sweepers = [0, 1].map(() => new StorageSweeper(new UploadSweepRepository(database), parts, storage, clock, createLogger({ name: 'sweep', level: 'silent' }), { originalsRetentionDays: 7 }));
  return () => rm(dataDir, { recursive: true, force: true });
});

/** Two workers, each all the way round. */
const sweep = () => Promise.all(sweepers.map((sweeper) => sweeper.sweep(256)));

async function store(ageHours: number): Promise<string> {
  const source = join(dataDir, 'source');
  await writeFile(source, randomBytes(50));
  const { key } = await storage.put(source);
  await age(key, ageHours);
  return key;
}
async function age(key: string, ageHours: number): Promise<void> {
  const then = new Date(Date.now() - ageHours * 3_600_000);
  await utimes(join(dataDir, 'media', key.slice(0, 2), key), then, then);
}

async function post(media: { original: string; delivery: string; thumbnail?: string } | null, cover: string | null, status = 'pending'): Promise<string> {
  const id = newId('post');
  await database.$executeRaw`INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, created_at, updated_at) VALUES ('ws_1', ${id}, 'grp_1', '', 'draft', 'heliograph', now(), now())`;
  if (media) {
    await database.$executeRaw`INSERT INTO media (workspace_id, id, post_id, position, status, content_type, width, height, size_bytes, original_key, delivery_key, thumbnail_key, created_at)
      VALUES ('ws_1', ${newId('media')}, ${id}, 0, 'processed', 'image/jpeg', 1, 1, 1, ${media.original}, ${media.delivery}, ${media.thumbnail ?? null}, now())`;
  }
  const params = cover ? { format: 'reel', cover_url: `https://h.example/media/${cover}.jpg?expires=1&signature=x` } : {};
  await database.$executeRaw`INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, status, created_at, updated_at)
    VALUES ('ws_1', ${newId('platformPost')}, ${id}, 'prof_1', 'instagram', ${JSON.stringify(params)}::jsonb, ${status}::platform_post_status, now(), now())`;
  return id;
}

async function upload(objectKey: string | null, expires: string): Promise<string> {
  const id = newId('upload');
  await database.$executeRaw`INSERT INTO upload (workspace_id, id, profile_group_id, object_key, created_at, expires_at) VALUES ('ws_1', ${id}, 'grp_1', ${objectKey}, now(), now() + ${expires}::interval)`;
  return id;
}
const isThere = async (key: string): Promise<boolean> => (await storage.stat(key)) !== null;

describe('StorageSweeper', () => {
  it('deletes what no row names and is a day old, with two workers at once; what is used or fresh stays', async () => {
    const orphans = [await store(25), await store(25), await store(1000)];
    const [original, delivery, thumbnail, uploaded, cover, fresh] = [await store(100), await store(100), await store(100), await store(100), await store(100), await store(23)];
    await post({ original, delivery, thumbnail }, cover);
    await upload(uploaded, '1 hour');
    await sweep();
    expect(await Promise.all(orphans.map(isThere))).toEqual([false, false, false]);
    expect(await Promise.all([original, delivery, thumbnail, uploaded, cover, fresh].map(isThere))).toEqual([true, true, true, true, true, true]);
  });

  it('keeps a post\'s objects as long as the post, and a cover until it is published', async () => {
    const [original, cover] = [await store(100), await store(100)];
    const id = await post({ original, delivery: original }, cover, 'failed');
    await sweep();
    expect([await isThere(original), await isThere(cover)]).toEqual([true, true]);
    await database.$executeRaw`UPDATE platform_post SET status = 'published' WHERE post_id = ${id}`;
    await sweep();
    expect([await isThere(original), await isThere(cover)]).toEqual([true, false]);
    await database.$executeRaw`DELETE FROM post WHERE id = ${id}`;
    await sweep();
    expect(await isThere(original)).toBe(false);
  });

  it('keeps an original until a week after its post is final; the copy then stands for it', async () => {
    const keys: { id: string; original: string; delivery: string; thumbnail: string }[] = [];
    for (const [status, age] of [['draft', '30 days'], ['scheduled', '30 days'], ['processing', '30 days'], ['processed', '6 days 23 hours'], ['processed', '7 days 1 hour']]) {
      const [original, delivery, thumbnail] = [await store(100), await store(100), await store(100)];
      const id = await post({ original, delivery, thumbnail }, null, 'failed');
      await database.$executeRaw`UPDATE post SET status = ${status}::post_status, updated_at = now() - ${age}::interval WHERE id = ${id}`;
      keys.push({ id, original, delivery, thumbnail });
    }
    await sweep();
    expect(await Promise.all(keys.map(({ original }) => isThere(original)))).toEqual([true, true, true, true, false]);
    expect(await Promise.all(keys.flatMap(({ delivery, thumbnail }) => [delivery, thumbnail]).map(isThere))).toEqual(keys.flatMap(() => [true, true]));
    const [row] = await database.$queryRaw<{ original: string }[]>`SELECT original_key AS original FROM media WHERE post_id = ${keys[4]?.id}`;
    expect(row?.original).toBe(keys[4]?.delivery);
  });

  it('spares an object that is stored again while it is about to be deleted', async () => {
    const key = await store(100);
    const before = new Date(Date.now() - 3_600_000);
    await age(key, 0);
    expect(await storage.deleteOlder(key, before)).toBe(false);
    expect(await isThere(key)).toBe(true);
  });

  it('deletes expired uploads with what had come of them, and spares those that are running', async () => {
    const [expired, running, held] = [await upload(null, '-1 second'), await upload(null, '1 hour'), await upload(null, '-1 second')];
    await database.$executeRaw`UPDATE upload SET token = 't', locked_until = now() + interval '20 seconds' WHERE id = ${held}`;
    await mkdir(join(dataDir, 'uploads'));
    for (const id of [expired, running, held]) await writeFile(join(dataDir, 'uploads', id), 'bytes');
    const lost = join(dataDir, 'uploads', newId('upload'));
    await writeFile(lost, 'bytes');
    await utimes(lost, new Date(0), new Date(0));
    await sweep();
    const left = (await database.$queryRaw<{ id: string }[]>`SELECT id FROM upload WHERE id IN (${expired}, ${running}, ${held})`).map(({ id }) => id);
    expect(left.sort()).toEqual([running, held].sort());
    expect(await Promise.all([expired, running, held].map((id) => stat(join(dataDir, 'uploads', id)).then(() => true, () => false)))).toEqual([false, true, true]);
    await expect(stat(lost)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the columns that name stored objects', () => {
  it('are all asked before an object is deleted', async () => {
    const found = await database.$queryRaw<{ name: string }[]>`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name LIKE '%\_key' AND data_type = 'text'`;
    // A new one belongs into UploadSweepRepository.withoutOwner first: what it names would be deleted after a day.
    expect(found.map(({ name }) => name).sort()).toEqual(['media.delivery_key', 'media.original_key', 'media.thumbnail_key', 'upload.object_key']);
  });
});
