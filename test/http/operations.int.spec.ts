import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '#infra/config/settings';
import { probePort } from '#infra/database/embedded/free-port';
import type { RunningProcess } from '#infra/process/run-process';
import { postgresQueueBackend } from '#infra/queue/queue-backend';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { startApi } from '../../apps/api/api.js';
import { startWorker } from '../../apps/worker/worker.js';
import { projectRoot } from '../architecture/planted-project.js';

const dataDir = mkdtempSync(join(tmpdir(), 'heliograph-operations-'));
let [database, sql, api, worker, workerPort]: [TestDatabase, Client, RunningProcess, RunningProcess | null, number] = [] as never;
const settings = () => ({
  ...readSettings({ HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`, PORT: '0', LOG_LEVEL: 'silent', WORKER_METRICS_PORT: String(workerPort) }),
  databaseUrl: database.url,
});

beforeAll(async () => {
  [database, workerPort] = [await createTestDatabase(), (await probePort(0)) ?? 0];
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query("INSERT INTO workspace (id, name, created_at) VALUES ('ws_1', 'W', now())");
  await sql.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ('ws_1', 'grp_1', 'G', now())");
  await sql.query("INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, created_at, updated_at) VALUES ('ws_1', 'post_1', 'grp_1', '', 'processing', 'heliograph', now(), now())");
  api = await startApi(settings());
  worker = await startWorker(settings());
}, 60_000);
afterAll(async () => {
  await api?.close();
  await worker?.close();
  await sql?.end();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();
const measured = async (name: string): Promise<number | null> => {
  const line = (await textOf(`${api.url ?? ''}/metrics`)).split('\n').find((each) => each.startsWith(`${name} `));
  return line ? Number(line.slice(name.length + 1)) : null;
};
const ready = async (): Promise<{ status: number; detail: string | undefined }> => {
  const answer = await fetch(`${api.url ?? ''}/ready`);
  const { checks } = (await answer.json()) as { checks: { name: string; detail: string }[] };
  return { status: answer.status, detail: checks.find(({ name }) => name === 'worker')?.detail };
};

/** A target of a profile of its own; columns by name. */
async function target(id: string, columns: Readonly<Record<string, string>>): Promise<void> {
  await sql.query(`INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, token_expires_at, created_at, updated_at)
    VALUES ('ws_1', $1, 'grp_1', $1, $1, $1, 'u', 'n', '', now() + interval '2 days', now(), now())`, [id]);
  const names = Object.keys(columns);
  await sql.query(`INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, created_at, updated_at${names.map((name) => `, ${name}`).join('')})
    VALUES ('ws_1', $1, 'post_1', $1, 'x', '{}', now(), now() - interval '1 hour'${names.map((name) => `, ${columns[name] ?? ''}`).join('')})`, [id]);
}

describe('/metrics', () => {
  it('counts what waits, for whom and why, and forgets what waits no more', async () => {
    await target('a', { hold: "'overdue'", held_at: 'now()' });
    await target('b', { deferral: "'quota'", due_at: "now() + interval '1 hour'" });
    await target('c', { status: "'unconfirmed'", step: "'publishing'" });
    await target('d', { due_at: "now() - interval '1 hour'", lease: "'lease_1'", leased_until: "now() + interval '1 hour'" });
    expect(await measured('heliograph_held_targets{reason="overdue"}')).toBe(1);
    expect(await measured('heliograph_held_targets{reason="account_blocked"}')).toBe(0);
    expect(await measured('heliograph_deferred_targets{reason="quota"}')).toBe(1);
    expect(await measured('heliograph_unconfirmed_targets')).toBe(1);
    expect(await Promise.all([0, 1, 3, 14].map((days) => measured(`heliograph_tokens_expiring{days="${String(days)}"}`)))).toEqual([0, 0, 4, 4]);
    await expect.poll(() => measured('heliograph_oldest_lease_seconds'), { timeout: 10_000 }).toBeGreaterThanOrEqual(3600);
    await sql.query("DELETE FROM platform_post WHERE id IN ('a', 'b', 'c', 'd')");
    expect(await measured('heliograph_held_targets{reason="overdue"}')).toBe(0);
    await expect.poll(() => measured('heliograph_oldest_lease_seconds'), { timeout: 10_000 }).toBe(0);
  });
});

describe('events', () => {
  it('that no relay takes are counted, and make it not ready after a minute', { timeout: 60_000 }, async () => {
    const held = async (): Promise<{ status: number; detail: string | undefined }> => {
      const answer = await fetch(`${api.url ?? ''}/ready`);
      const { checks } = (await answer.json()) as { checks: { name: string; detail: string }[] };
      return { status: answer.status, detail: checks.find(({ name }) => name === 'events')?.detail };
    };
    await expect.poll(held, { timeout: 15_000 }).toEqual({ status: 200, detail: '0 events wait for a relay' });
    // Its counter is somebody else's: each relay waits for it, with the event in hand.
    await sql.query("INSERT INTO event_sequence (workspace_id, last_seq) VALUES ('ws_1', 0) ON CONFLICT DO NOTHING");
    await sql.query('BEGIN');
    await sql.query("SELECT 1 FROM event_sequence WHERE workspace_id = 'ws_1' FOR UPDATE");
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query("INSERT INTO event (workspace_id, id, type, data, created_at) VALUES ('ws_1', 'evt_1', 'post.created', '{}', now() - interval '2 minutes')").finally(() => other.end());
    await expect.poll(held, { timeout: 15_000 }).toEqual({ status: 503, detail: expect.stringContaining('1 events wait for a relay: start a worker') });
    await expect.poll(() => measured('heliograph_outbox_oldest_seconds'), { timeout: 10_000 }).toBeGreaterThanOrEqual(120);
    expect(await measured('heliograph_outbox_waiting')).toBe(1);
    await sql.query('COMMIT');
    await expect.poll(held, { timeout: 30_000 }).toEqual({ status: 200, detail: '0 events wait for a relay' });
    await expect.poll(() => measured('heliograph_outbox_oldest_seconds'), { timeout: 10_000 }).toBe(0);
  });
});

describe('docs/ops', () => {
  const file = (name: string): string => readFileSync(join(projectRoot, 'docs/ops', name), 'utf8');
  const namesIn = (text: string): string[] => [...new Set(text.match(/heliograph_[a-z_]+/g))];

  it('names only what the processes export', async () => {
    const exported = `${await textOf(`${api.url ?? ''}/metrics`)}\n${await textOf(`http://127.0.0.1:${String(workerPort)}/metrics`)}`;
    const known = new Set([...exported.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) => (type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name])));
    for (const name of ['alerts.yml', 'grafana-dashboard.json', 'README.md']) {
      expect(namesIn(file(name)).length, name).toBeGreaterThan(5);
      expect(namesIn(file(name)).filter((metric) => !known.has(metric)), name).toEqual([]);
    }
  });

  it('has rules that are whole', () => {
    const { groups } = parse(file('alerts.yml')) as { groups: { rules: { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string; description: string } }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule).toMatchObject({ expr: expect.stringMatching(/heliograph_/), labels: { severity: expect.stringMatching(/^(page|ticket)$/) }, annotations: { summary: expect.any(String), description: expect.any(String) } });
      expect([...rule.expr.matchAll(/[()]/g)].reduce((depth, [sign]) => depth + (sign === '(' ? 1 : -1), 0), rule.alert).toBe(0);
    }
  });

  it('has a dashboard whose panels ask something', () => {
    const { panels } = JSON.parse(file('grafana-dashboard.json')) as { panels: { id: number; title: string; targets: { expr: string }[] }[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, targets } of panels) expect(targets.map(({ expr }) => expr), title).toEqual(targets.map(() => expect.stringContaining('heliograph_') as string));
  });
});

describe('/ready', () => {
  it('is 503 with the reason while a worker holds a post and gets no further', async () => {
    await expect.poll(ready, { timeout: 15_000 }).toEqual({ status: 200, detail: 'workers take up due posts' });
    await target('e', { due_at: "now() - interval '1 hour'", lease: "'lease_1'", leased_until: "now() + interval '1 hour'" });
    await expect.poll(ready, { timeout: 15_000 }).toMatchObject({ status: 503, detail: expect.stringContaining('gets no further') });
    await sql.query("DELETE FROM platform_post WHERE id = 'e'");
    await expect.poll(ready, { timeout: 15_000 }).toMatchObject({ status: 200 });
  });

  it('tells of jobs that wait, and is 503 when none of them is taken', { timeout: 90_000 }, async () => {
    await worker?.close();
    worker = null;
    const queue = postgresQueueBackend(database.url).openQueue('publishing', () => undefined);
    await queue.add([{ name: 'publish-post', data: {}, jobId: 'stuck-1' }]);
    await queue.close();
    // A planner without hands: it ticks, and nobody takes what it hands out.
    const tick = () => sql.query("UPDATE heartbeat SET beat_at = now() WHERE name = 'publish-planner'");
    await expect.poll(() => tick().then(() => measured('heliograph_queue_jobs{state="waiting"}')), { timeout: 15_000 }).toBe(1);
    await expect.poll(() => tick().then(ready), { timeout: 60_000, interval: 500 }).toMatchObject({ status: 503, detail: expect.stringContaining('none is taken') });
  });
});
