import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateApiKey, openAccountsAdmin, type AccountsAdmin } from '#features/accounts/index';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { createApi } from './api.js';

interface KeyView {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly prefix: string;
  readonly permissions: readonly string[];
  readonly profile_group_id: string | null;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly replaced_by_id: string | null;
}
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: KeyView & { readonly code?: string; readonly message?: string; readonly details?: object; readonly data: readonly KeyView[]; readonly next_cursor: string | null };
}

const ring = { id: 'k1', key: randomBytes(32) };
const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-keys-'));
const [first, rateLimit] = [generateApiKey(), 1_000_000];
let [files, admin, sql]: [TestDatabase, AccountsAdmin, Client] = [] as never;
/** Two API processes on one database. */
let apps: NestFastifyApplication[] = [];
let installation: { workspaceId: string; profileGroupId: string };
let otherGroup: string;

async function startApp(limit = rateLimit): Promise<NestFastifyApplication> {
  const settings = readSettings({ HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${ring.key.toString('base64')}`, API_RATE_LIMIT: String(limit) });
  const app = await createApi({ ...settings, databaseUrl: files.url }, createLogger({ name: 'keys', level: 'silent' }));
  await app.init();
  return app;
}

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, key: string | null, payload?: object, app = apps[0]): Promise<Answer> {
  const answer = await app?.getHttpAdapter().getInstance().inject({ method, url, headers: key ? { authorization: `Bearer ${key}` } : {}, ...(payload ? { payload } : {}) });
  if (!answer) throw new Error('There is no such process');
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}
const ping = async (key: string, app = apps[0]): Promise<number> => (await call('GET', '/api/ping', key, undefined, app)).status;
async function makeKey(input: object = {}, maker = first): Promise<KeyView> {
  const { status, body } = await call('POST', '/api/keys', maker, { name: randomBytes(4).toString('hex'), ...input });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

beforeAll(async () => {
  files = await createTestDatabase();
  admin = openAccountsAdmin({ databaseUrl: files.url, encryptionKeys: [ring] }, 'instagram');
  installation = await admin.bootstrapInstallation({ apiKey: first, demoAccount: null });
  sql = new Client({ connectionString: files.url });
  await sql.connect();
  otherGroup = await makeGroup();
  apps = [await startApp(), await startApp()];
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await admin.close();
  await sql.end();
  await files.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function makeGroup(): Promise<string> {
  const id = `grp_${randomBytes(8).toString('hex')}`;
  await sql.query('INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, $2, $2, now())', [installation.workspaceId, id]);
  return id;
}

describe('permissions', () => {
  it.each([
    ['GET', '/api/posts', 'read'],
    ['GET', '/api/profiles', 'read'],
    ['POST', '/api/posts', 'posts:write'],
    ['DELETE', '/api/posts/post_none', 'posts:write'],
    ['GET', '/api/keys', 'keys:write'],
    ['POST', '/api/keys', 'keys:write'],
  ] as const)('%s %s needs %s', async (method, url, permission) => {
    const all = ['read', 'posts:write', 'keys:write'];
    const narrow = await makeKey({ permissions: all.filter((each) => each !== permission) });
    const refused = await call(method, url, narrow.key);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: 'permission_denied', message: 'Your API key has no such permission', details: { permission } });
    expect((await call(method, url, (await makeKey({ permissions: [permission] })).key)).status).not.toBe(403);
  });
});

describe('POST /api/keys', () => {
  it('shows the key once, which works; the list never shows a secret', async () => {
    const made = await makeKey({ permissions: ['read'] });
    expect(made).toMatchObject({ status: 'active', permissions: ['read'], profile_group_id: null, expires_at: null });
    expect(await ping(made.key)).toBe(200);
    const list = await call('GET', '/api/keys?limit=1', first);
    expect(list.body.data).toEqual([expect.objectContaining({ id: made.id, prefix: made.key.slice(0, 11) })]);
    expect(JSON.stringify(list.body)).not.toMatch(/hash|secret|hg_[0-9a-z]{8}_/i);
    const next = await call('GET', `/api/keys?limit=1&cursor=${list.body.next_cursor ?? ''}`, first);
    expect(next.body.data[0]?.id).not.toBe(made.id);
  });

  it('makes nothing wider than the maker: rights, group, time', async () => {
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const maker = await makeKey({ permissions: ['read', 'keys:write'], profile_group_id: otherGroup, expires_at: end });
    expect(await makeKey({}, maker.key)).toMatchObject({ permissions: ['read', 'keys:write'], profile_group_id: otherGroup, expires_at: end });
    const attempts: [object, number, string][] = [
      [{ permissions: ['posts:write'] }, 403, 'permission_denied'],
      [{ profile_group_id: installation.profileGroupId }, 404, 'not_found'],
      [{ expires_at: new Date(Date.now() + 7_200_000).toISOString() }, 422, 'validation_failed'],
      [{ expires_at: '2020-01-01' }, 422, 'validation_failed'],
      [{ permissions: ['everything'] }, 422, 'validation_failed'],
      [{ name: '' }, 400, 'parameter_missing'],
    ];
    for (const [input, status, code] of attempts) {
      const answer = await call('POST', '/api/keys', maker.key, { name: 'wider', ...input });
      expect([answer.status, answer.body.code], JSON.stringify(input)).toEqual([status, code]);
    }
  });

  it('keeps the keys of another group, and wider ones, from a narrow key', async () => {
    const narrow = await makeKey({ permissions: ['keys:write'], profile_group_id: otherGroup });
    const [whole, wider] = [await makeKey(), await makeKey({ profile_group_id: otherGroup })];
    const seen = (await call('GET', '/api/keys', narrow.key)).body.data;
    expect(seen.map((key) => key.id)).toContain(wider.id);
    expect(seen.filter((key) => key.profile_group_id !== otherGroup)).toEqual([]);
    for (const [id, status] of [[whole.id, 404], [wider.id, 403], ['key_none', 404]] as const) {
      expect((await call('DELETE', `/api/keys/${id}`, narrow.key)).status).toBe(status);
      expect((await call('POST', `/api/keys/${id}/rotate`, narrow.key)).status).toBe(status);
    }
    expect([await ping(whole.key), await ping(wider.key)]).toEqual([200, 200]);
  });

  it('lets no short-lived key renew one that lives longer', async () => {
    const short = await makeKey({ permissions: ['read', 'keys:write'], expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    const long = await makeKey({ permissions: ['read'] });
    expect((await call('POST', `/api/keys/${long.id}/rotate`, short.key)).status).toBe(403);
    expect((await call('POST', `/api/keys/${short.id}/rotate`, short.key)).body.expires_at).toBe(short.expires_at);
  });
});

describe('rotation', () => {
  it('lets both secrets work until the overlap ends, and is done once', async () => {
    const old = await makeKey({ permissions: ['read'], profile_group_id: otherGroup });
    const turned = await Promise.all([1, 2, 3].map(() => call('POST', `/api/keys/${old.id}/rotate`, first, { overlap_seconds: 60 })));
    expect(turned.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    const successor = turned.find((answer) => answer.status === 201)?.body;
    expect(successor).toMatchObject({ permissions: ['read'], profile_group_id: otherGroup, expires_at: null });
    expect([await ping(old.key), await ping(successor?.key ?? '')]).toEqual([200, 200]);
    const shown = (await call('GET', '/api/keys', first)).body.data.find((key) => key.id === old.id);
    expect(shown?.replaced_by_id).toBe(successor?.id);
    expect(Date.parse(shown?.expires_at ?? '') - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it('without overlap ends the old secret at once', async () => {
    const old = await makeKey();
    const { body } = await call('POST', `/api/keys/${old.id}/rotate`, old.key, { overlap_seconds: 0 });
    expect([await ping(old.key), await ping(body.key)]).toEqual([401, 200]);
  });
});

describe('revocation', () => {
  it('is effective here with the answer, and in every other process as soon as PostgreSQL tells', async () => {
    const made = await makeKey();
    for (const app of apps) for (let each = 0; each < 3; each += 1) expect(await ping(made.key, app)).toBe(200);
    expect((await call('DELETE', `/api/keys/${made.id}`, first)).body).toEqual({ deleted: true });
    expect(await ping(made.key)).toBe(401);
    await expect.poll(() => ping(made.key, apps[1]), { interval: 5, timeout: 5_000 }).toBe(401);
  });

  it('by the command line, or by hand in SQL, is heard in all processes', async () => {
    const [one, two] = [await makeKey(), await makeKey()];
    for (const app of apps) for (const made of [one, two]) expect(await ping(made.key, app)).toBe(200);
    await admin.revokeApiKey(one.id);
    await sql.query("UPDATE api_key SET permissions = '{}' WHERE id = $1", [two.id]);
    for (const app of apps) {
      await expect.poll(() => ping(one.key, app), { interval: 5, timeout: 5_000 }).toBe(401);
      await expect.poll(() => ping(two.key, app), { interval: 5, timeout: 5_000 }).toBe(403);
    }
  });
});

describe('keys in memory', () => {
  it('cost no query: calls are answered while nobody can read the table', async () => {
    const made = await makeKey();
    await expect.poll(() => ping(made.key), { interval: 5 }).toBe(200);
    await sql.query('BEGIN; LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE');
    try {
      for (let each = 0; each < 20; each += 1) expect(await ping(made.key)).toBe(200);
    } finally {
      await sql.query('ROLLBACK');
    }
  });

  it('know groups that come and go', async () => {
    const group = await makeGroup();
    const there = async (): Promise<number> => (await call('GET', `/api/profiles?profile_group_id=${group}`, first)).status;
    for (let each = 0; each < 3; each += 1) expect(await there()).toBe(200);
    await sql.query('DELETE FROM profile_group WHERE id = $1', [group]);
    await expect.poll(there, { interval: 5, timeout: 5_000 }).toBe(404);
  });

  it('end with their group, rotated ones too', async () => {
    const group = await makeGroup();
    const old = await makeKey({ permissions: ['read'], profile_group_id: group });
    const { body } = await call('POST', `/api/keys/${old.id}/rotate`, first);
    for (const key of [old.key, body.key]) expect(await ping(key)).toBe(200);
    await sql.query('DELETE FROM profile_group WHERE id = $1', [group]);
    for (const key of [old.key, body.key]) await expect.poll(() => ping(key), { interval: 5, timeout: 5_000 }).toBe(401);
  });

  it('are asked for before anything else: a group tells nothing to who has none', async () => {
    for (const group of ['grp_none', '%00', installation.profileGroupId]) expect((await call('GET', `/api/ping?profile_group_id=${group}`, null)).status).toBe(401);
    for (const group of ['grp_none', '%00']) expect((await call('GET', `/api/ping?profile_group_id=${group}`, first)).status).toBe(404);
  });

  it('are not trusted when notifications cannot be heard, and are again when they can', async () => {
    const made = await makeKey();
    expect(await ping(made.key)).toBe(200);
    await sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'heliograph notifications' AND datname = current_database()");
    await sql.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [made.id]);
    await expect.poll(() => ping(made.key), { interval: 5, timeout: 8_000 }).toBe(401);
    const again = async (): Promise<number> => (await sql.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'heliograph notifications' AND datname = current_database()")).rows.length;
    await expect.poll(again, { timeout: 10_000 }).toBe(2);
  });

  it('are refused when expired, though they were good a moment ago, and with another secret', async () => {
    const made = await makeKey({ expires_at: new Date(Date.now() + 2_500).toISOString() });
    expect(await ping(made.key)).toBe(200);
    expect(await ping(`${made.key.slice(0, -1)}${made.key.endsWith('a') ? 'b' : 'a'}`)).toBe(401);
    await expect.poll(() => ping(made.key), { timeout: 8_000 }).toBe(401);
  });
});

describe('last_used_at', () => {
  it('is written within seconds, and at shutdown', async () => {
    const [soon, last] = [await makeKey(), await makeKey()];
    expect(await ping(soon.key)).toBe(200);
    const usedAt = async (id: string): Promise<string | null> => (await call('GET', '/api/keys', first)).body.data.find((key) => key.id === id)?.last_used_at ?? null;
    await expect.poll(() => usedAt(soon.id), { timeout: 8_000, interval: 200 }).not.toBeNull();
    const third = await startApp();
    expect(await ping(last.key, third)).toBe(200);
    await third.close();
    expect(await usedAt(last.id)).not.toBeNull();
  });
});

describe('the answers to a good key', () => {
  it('say how many requests are left', async () => {
    const { headers } = await call('GET', '/api/profiles', (await makeKey()).key);
    expect(headers).toMatchObject({ 'ratelimit-limit': String(rateLimit), 'ratelimit-remaining': String(rateLimit - 1) });
    expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
    expect((await call('GET', '/api/profiles', null)).headers['ratelimit-limit']).toBeUndefined();
  });

  it('are 429 beyond the limit, in all processes together, and say when to come back', async () => {
    const [one, two, { key }] = [await startApp(7), await startApp(7), await makeKey({ permissions: ['read'] })];
    try {
      const answers: Answer[] = [];
      // A minute may end while they run: then they are begun anew.
      await expect.poll(async () => {
        answers.length = 0;
        for (let each = 0; each < 10; each += 1) answers.push(await call('GET', '/api/ping', key, undefined, each % 2 === 0 ? one : two));
        return answers.filter((answer) => answer.status === 200).length;
      }, { timeout: 65_000 }).toBeLessThanOrEqual(7);
      const last = answers.at(-1);
      expect(last).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true }, headers: { 'ratelimit-limit': '7', 'ratelimit-remaining': '0' } });
      expect(last?.headers['retry-after']).toBe(last?.headers['ratelimit-reset']);
      expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
      // A request that is refused for another reason counts too: trying out is not free.
      expect((await call('POST', '/api/posts', key, {}, one)).status).toBe(429);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });
});

describe('keys from the command line', () => {
  it.each([
    ['a name that is empty', { name: ' ' }, 'The name of a key has 1 to 200 characters'],
    ['a name that is too long', { name: 'x'.repeat(201) }, 'The name of a key has 1 to 200 characters'],
    ['a permission that does not exist', { name: 'n', permissions: ['read', 'foo'] }, 'There is no permission "foo". Permissions are some of read, '],
    ['no permission', { name: 'n', permissions: [] }, 'A key needs a permission'],
  ])('are refused with %s', async (_, input, message) => {
    await expect(admin.createApiKey(input)).rejects.toThrow(message);
  });

  it('leave the old key in force for 30 days at most, as over HTTP', async () => {
    const { id } = await admin.createApiKey({ name: 'overlap' });
    await expect(admin.rotateApiKey(id, 30 * 86_400_000 + 1)).rejects.toThrow('30 days at most');
    expect(await admin.rotateApiKey(id, 30 * 86_400_000)).not.toBeNull();
  });

  it('name a time that is none once', async () => {
    const { body } = await call('POST', '/api/keys', first, { name: 'n', expires_at: '2027-02-30' });
    expect(body).toMatchObject({ code: 'validation_failed', errors: ['expires_at must be an ISO 8601 date and time'] });
  });
});
