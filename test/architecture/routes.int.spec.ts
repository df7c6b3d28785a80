import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { createApi } from '../../apps/api/api.js';

let database: TestDatabase;
let app: NestFastifyApplication;
const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-routes-'));

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings({ HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` });
  app = await createApi({ ...settings, databaseUrl: database.url }, createLogger({ name: 'routes', level: 'silent' }));
  await app.init();
});
afterAll(async () => {
  await app.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The routes that the HTTP server knows, also those no controller declares: `GET /api/posts/:id`. */
function servedRoutes(): { method: string; path: string }[] {
  const open: string[] = [];
  return app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }).split('\n').flatMap((line) => {
    const [, indent, segment, methods] = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (indent === undefined || segment === undefined) return [];
    const depth = indent.length / 4;
    open.length = depth;
    open[depth] = segment;
    return (methods ?? '').split(', ').filter(Boolean).map((method) => ({ method, path: open.join('') }));
  });
}

async function isOpen(method: string, path: string, headers: Record<string, string> = {}): Promise<boolean> {
  const answer = await app.getHttpAdapter().getInstance().inject({ method: method as 'GET', url: path.replace(/:\w+/g, 'something'), headers });
  return answer.statusCode !== 401;
}

/** Called by networks and by the browsers they send back: proven by a state or a signature, never by a key. */
const callbacks = /^\/api\/(connections\/:network\/callback|:network\/)/;

describe('the API as it is served', () => {
  it('asks for a key everywhere but here', async () => {
    const open = new Set<string>();
    for (const { method, path } of servedRoutes()) if (await isOpen(method, path)) open.add(path);
    expect([...open].filter((path) => !path.startsWith('/docs')).sort()).toEqual([
      '/api/:network/data_deletion', '/api/:network/data_deletion/:confirmation_code', '/api/:network/deauthorize', '/api/connections/:network/callback',
      '/build', '/deps', '/health', '/media/:file', '/metrics', '/openapi.json', '/ready', '/robots.txt', '/uploads/:workspace/:key',
    ]);
  });

  it('takes no key that it does not know', async () => {
    const headers = { authorization: `Bearer hg_00000000_${'0'.repeat(32)}` };
    const guarded = servedRoutes().filter(({ path }) => path.startsWith('/api/') && !callbacks.test(path));
    expect(guarded.length).toBeGreaterThan(5);
    for (const { method, path } of guarded) expect(await isOpen(method, path, headers), `${method} ${path}`).toBe(false);
  });
});
