import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateApiKey, openAccountsAdmin } from '#features/accounts/index';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { newId } from '#kernel/ids';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { createApi } from './api.js';

const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-vanished-'));
const apiKey = generateApiKey();
let [files, sql, app, host, picture]: [TestDatabase, Client, NestFastifyApplication, LoopbackMediaHost, string] = [] as never;
let workspaceId: string;

beforeAll(async () => {
  [files, host] = await Promise.all([createTestDatabase(), LoopbackMediaHost.start()]);
  picture = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
  const bytes = randomBytes(32);
  const admin = openAccountsAdmin({ databaseUrl: files.url, encryptionKeys: [{ id: 'k1', key: bytes }] }, 'instagram');
  ({ workspaceId } = await admin.bootstrapInstallation({ apiKey, demoAccount: null }).finally(() => admin.close()));
  const settings = readSettings({ HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${bytes.toString('base64')}`, EGRESS_ALLOW: '127.0.0.0/8' });
  app = await createApi({ ...settings, databaseUrl: files.url }, createLogger({ name: 'vanished', level: 'silent' }));
  await app.init();
  sql = new Client({ connectionString: files.url });
  await sql.connect();
});
afterAll(async () => {
  await app?.close();
  await sql?.end();
  await Promise.all([files?.drop(), host?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

async function groupWithProfile(): Promise<{ groupId: string; profileId: string }> {
  const [groupId, profileId] = [newId('profileGroup'), newId('profile')];
  await sql.query('INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, $2, $2, now())', [workspaceId, groupId]);
  await sql.query(`INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
    VALUES ($1, $2, $3, 'instagram', $2, $2, $2, $2, '', now(), now())`, [workspaceId, profileId, groupId]);
  return { groupId, profileId };
}

async function post(url: string, payload: object): Promise<{ status: number; body: { code: string; message: string } }> {
  const answer = await app.getHttpAdapter().getInstance().inject({ method: 'POST', url, headers: { authorization: `Bearer ${apiKey}` }, payload });
  return { status: answer.statusCode, body: answer.json() };
}

/** The request is let through to its write, which waits for a transaction that takes away what it refers to. */
async function during(statements: readonly string[], parameters: readonly string[], request: () => ReturnType<typeof post>): ReturnType<typeof post> {
  await sql.query('BEGIN');
  for (const statement of statements) await sql.query(statement, [...parameters]);
  const answer = request();
  const watcher = new Client({ connectionString: files.url });
  await watcher.connect();
  const waiting = async (): Promise<number> =>
    Number((await watcher.query<{ count: string }>(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rows[0]?.count ?? 0);
  await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(0);
  await sql.query('COMMIT');
  await watcher.end();
  return answer;
}

const deleteGroup = (groupId: string, request: () => ReturnType<typeof post>): ReturnType<typeof post> => during([
  'DELETE FROM profile WHERE workspace_id = $1 AND profile_group_id = $2',
  'DELETE FROM profile_group WHERE workspace_id = $1 AND id = $2',
], [workspaceId, groupId], request);

const rows = async (): Promise<unknown> => (await sql.query(
  'SELECT (SELECT count(*) FROM post) AS posts, (SELECT count(*) FROM media) AS media, (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM api_key) AS keys, (SELECT count(*) FROM connection_attempt) AS attempts',
)).rows[0];

describe('a write whose group or profile is taken out at that moment', { timeout: 60_000 }, () => {
  const postTo = (groupId: string, selector: string) => () => post(`/api/posts?profile_group_id=${groupId}`, { post: { body: 'Late' }, profiles: [selector], media: [picture] });

  it('is answered 404 for the group, and nothing of the post is stored', async () => {
    const { groupId } = await groupWithProfile();
    const before = await rows();
    expect(await deleteGroup(groupId, postTo(groupId, 'instagram'))).toMatchObject({ status: 404, body: { code: 'not_found', message: 'Profile group not found' } });
    expect(await rows()).toEqual(before);
  });

  it('is answered 422 for a profile, in the words of the request', async () => {
    const { groupId, profileId } = await groupWithProfile();
    const before = await rows();
    const removal = ['SELECT 1 FROM profile WHERE workspace_id = $1 AND id = $2 FOR UPDATE', "UPDATE profile SET removed_at = now(), status = 'inactive' WHERE workspace_id = $1 AND id = $2"];
    expect(await during(removal, [workspaceId, profileId], postTo(groupId, 'instagram'))).toMatchObject({ status: 422, body: { code: 'validation_failed', message: 'Profile not found for instagram' } });
    expect(await rows()).toEqual(before);
  });

  it('makes no key and begins no connection in a group that is gone', async () => {
    const [forKey, forConnection] = [await groupWithProfile(), await groupWithProfile()];
    await sql.query('DELETE FROM profile WHERE id = $1', [forConnection.profileId]);
    const before = await rows();
    const gone = { status: 404, body: { message: 'Profile group not found' } };
    expect(await deleteGroup(forKey.groupId, () => post('/api/keys', { name: 'Late', profile_group_id: forKey.groupId }))).toMatchObject(gone);
    const connect = { platform: 'instagram', redirect_url: 'http://127.0.0.1:9/' };
    expect(await deleteGroup(forConnection.groupId, () => post(`/api/profile_groups/${forConnection.groupId}/initialize_connection`, connect))).toMatchObject(gone);
    expect(await rows()).toEqual(before);
  });

  it('never fails unforeseen while groups are really deleted', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { groupId } = await groupWithProfile();
      const remove = app.getHttpAdapter().getInstance().inject({ method: 'DELETE', url: `/api/profile_groups/${groupId}`, headers: { authorization: `Bearer ${apiKey}` } });
      const [removed, ...made] = await Promise.all([remove, postTo(groupId, 'instagram')(), post('/api/keys', { name: 'Late', profile_group_id: groupId })]);
      expect([200, 409]).toContain(removed.statusCode);
      for (const { status } of made) expect([201, 404]).toContain(status);
    }
  });
});
