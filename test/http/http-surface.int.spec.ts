import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningProcess } from '#infra/process/run-process';
import { readSettings, SettingsError } from '#infra/config/settings';
import { probePort } from '#infra/database/embedded/free-port';
import { startChromium } from '#testing/chromium';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { startWorker } from '../../apps/worker/worker.js';
import { startApi } from '../../apps/api/api.js';

const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-surface-'));
const [console_, token] = ['https://console.example.org', randomBytes(12).toString('hex')];
let database: TestDatabase;
let plain: RunningProcess;
let open: RunningProcess;
let ports: { api: number; worker: number };
const running: RunningProcess[] = [];

const settingsFor = (environment: Record<string, string>) => ({
  ...readSettings({ HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`, PORT: '0', LOG_LEVEL: 'silent', ...environment }),
  databaseUrl: database.url,
});
const freePort = async (): Promise<number> => {
  const port = await probePort(0);
  if (port === null) throw new Error('No port is free');
  return port;
};

beforeAll(async () => {
  database = await createTestDatabase();
  ports = { api: await freePort(), worker: await freePort() };
  plain = await startApi(settingsFor({}));
  const measured = { METRICS_PORT: String(ports.api), WORKER_METRICS_PORT: String(ports.worker), METRICS_TOKEN: token };
  open = await startApi(settingsFor({ PUBLIC_URL: 'https://social.example.org', CORS_ORIGINS: `${console_},http://localhost:5000`, ...measured }));
  running.push(plain, open, await startWorker(settingsFor(measured)));
});

afterAll(async () => {
  await Promise.all(running.map((each) => each.close()));
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const get = (process: RunningProcess, path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(`${process.url ?? ''}${path}`, { method, headers });
const strict = "default-src 'none';frame-ancestors 'none'";

describe('headers of security', () => {
  it.each<[string, string, string | null, string]>([
    ['an answer', '/health', strict, 'same-origin'],
    ['a refusal', '/api/posts', strict, 'same-origin'],
    ['a route that is not there', '/nowhere', strict, 'same-origin'],
    ['the description', '/openapi.json', strict, 'same-origin'],
    ['a medium, also one that is gone', '/media/gone.jpg?expires=1&signature=x', "default-src 'none';sandbox", 'cross-origin'],
  ])('are on %s', async (_kind, path, policy, resources) => {
    const { headers } = await get(plain, path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': policy, 'cross-origin-resource-policy': resources, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer',
    });
    expect([headers.get('strict-transport-security'), headers.get('x-powered-by')]).toEqual([null, null]);
  });

  it('ask for https only where the outside world has it', async () => {
    expect((await get(open, '/health')).headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  });

  it('let a browser show the description', async () => {
    const chromium = await startChromium();
    try {
      const page = await chromium.browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(`${plain.url ?? ''}/docs`);
      await page.getByText('Whether the process runs; touches nothing else').waitFor({ timeout: 20_000 });
      expect(problems).toEqual([]);
    } finally {
      await chromium.close();
    }
  }, 120_000);
});

describe('pages of other origins', () => {
  const preflight = { origin: console_, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,idempotency-key' };

  it('are told nothing when none may call', async () => {
    const answers = [await get(plain, '/api/posts', { origin: console_ }), await get(plain, '/api/posts', preflight, 'OPTIONS')];
    expect(answers.map(({ status }) => status)).toEqual([401, 404]);
    expect(answers.flatMap(({ headers }) => [...headers.keys()].filter((name) => name.startsWith('access-control')))).toEqual([]);
  });

  it('may call when they are listed, and ask first without a key', async () => {
    const asked = await get(open, '/api/posts', preflight, 'OPTIONS');
    expect([asked.status, asked.headers.get('access-control-allow-origin'), asked.headers.get('access-control-allow-credentials')]).toEqual([204, console_, null]);
    for (const name of ['Authorization', 'X-API-Key', 'Idempotency-Key', 'Content-Type', 'x-request-id']) expect(asked.headers.get('access-control-allow-headers')).toContain(name);
    const refused = await get(open, '/api/posts', { origin: 'http://localhost:5000' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'http://localhost:5000']);
    for (const name of ['RateLimit-Limit', 'Retry-After', 'x-request-id', 'idempotent-replayed']) expect(refused.headers.get('access-control-expose-headers')).toContain(name);
  });

  it('may send files in pieces, and read how far they are', async () => {
    const asked = await get(open, '/uploads/ws/upl', { origin: console_, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-range,content-type' }, 'OPTIONS');
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, console_]);
    expect(asked.headers.get('access-control-allow-methods')).toMatch(/HEAD.*PUT/);
    expect(asked.headers.get('access-control-allow-headers')).toContain('Content-Range');
    const answer = await get(open, '/uploads/ws/upl', { origin: console_ }, 'HEAD');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, console_]);
    for (const name of ['Range', 'Upload-Offset', 'Upload-Length']) expect(answer.headers.get('access-control-expose-headers')).toContain(name);
  });

  it.each(['https://evil.example', 'null', `${console_}.evil.example`, 'https://console.example.org:8443'])('may not when they are %s', async (origin) => {
    const answer = await get(open, '/api/posts', { ...preflight, origin }, 'OPTIONS');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['*', 'https://a.example/path', 'https://*.example', 'a.example'])('cannot be listed as %s', (CORS_ORIGINS) => {
    expect(() => readSettings({ CORS_ORIGINS })).toThrow(SettingsError);
  });
});

describe('measurements', () => {
  const at = (port: number, path: string, authorization?: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers: authorization ? { authorization } : {} });

  it.each(['/metrics', '/build', '/deps'])('%s is on the API\'s own port by default', async (path) => expect((await get(plain, path)).status).toBe(200));

  it.each(['/metrics', '/build', '/deps'])('%s leaves it for a port of its own', async (path) => {
    expect((await get(open, path, { authorization: `Bearer ${token}` })).status).toBe(404);
    for (const port of [ports.api, ports.worker]) expect((await at(port, path, `Bearer ${token}`)).status).toBe(200);
  });

  it.each([undefined, 'Bearer', 'Bearer wrong', `Basic ${'x'.repeat(24)}`, `Bearer ${'x'.repeat(24)}`])('are refused to a reader with %s', async (authorization) => {
    const answer = await at(ports.api, '/metrics', authorization);
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ status: 401, code: 'invalid_api_key', retryable: false })]);
  });

  it('of a worker tell of its jobs, those of the API of its requests and the queue', async () => {
    const [api, worker] = await Promise.all([ports.api, ports.worker].map(async (port) => (await at(port, '/metrics', `Bearer ${token}`)).text()));
    expect(worker).toMatch(/heliograph_planner_last_tick_timestamp_seconds \d{9}/);
    expect(api).toMatch(/heliograph_http_request_seconds_count\{/);
    expect(api).toMatch(/heliograph_queue_depth 0/);
  });

  it('answer nothing else on their port', async () => {
    expect((await at(ports.api, '/api/posts', `Bearer ${token}`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${ports.api}/metrics`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
  });

  it('can want a token on the API\'s own port too', async () => {
    const api = await startApi(settingsFor({ METRICS_TOKEN: token }));
    running.push(api);
    const statuses = await Promise.all([{}, { authorization: `Bearer ${token}` }].map(async (headers: Record<string, string>) => (await get(api, '/metrics', headers)).status));
    expect(statuses).toEqual([401, 200]);
  });
});
