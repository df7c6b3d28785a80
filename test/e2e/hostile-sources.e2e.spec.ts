import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import type { Answer, ErrorView } from './platform/api-client.js';
import { changingDns, ForbiddenHost, hostileSources, type HostileSource } from './platform/hostile-sources.js';
import { Platform } from './platform/platform.js';

const fetchSeconds = 6;
/** A machine with more to do than us answers late; never later than that. */
const slackMs = 20_000;
/** Far below what a hostile source takes: who waits for one waits longer. */
const heldUpMs = 2_500;
const maxMegabytes = 400;

type Timings = Record<'ping' | 'list' | 'create', number[]>;
type Verdict = ErrorView & { readonly valid?: boolean; readonly violations?: readonly { readonly rule: string }[]; readonly details?: { readonly reason?: string } };

describe('hostile media sources, more than fifty at once', () => {
  let platform: Platform;
  let [host, forbidden]: [LoopbackMediaHost, ForbiddenHost] = [] as never;
  let picture: Buffer;

  beforeAll(async () => {
    host = await LoopbackMediaHost.start();
    forbidden = await ForbiddenHost.start(host.port);
    picture = await makeJpeg({ width: 640, height: 640 });
    host.serve('/picture.jpg', picture, 'image/jpeg');
    platform = await Platform.start({ environment: { EGRESS_ALLOW: '127.0.0.1/32', MEDIA_FETCH_SECONDS: String(fetchSeconds), NODE_OPTIONS: changingDns } });
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await host?.stop();
    await forbidden?.stop();
  });

  const post = (url: string): object => ({ profiles: ['instagram'], post: { body: 'a', draft: true }, media: [url] });

  async function timed<T>(timings: number[], work: () => Promise<Answer<T>>, status: number): Promise<void> {
    const begun = performance.now();
    expect((await work()).status).toBe(status);
    timings.push(performance.now() - begun);
  }

  /** What everybody else does meanwhile, one after the other. */
  async function ordinaryWork(isOver: (rounds: number) => boolean): Promise<Timings> {
    const timings: Timings = { ping: [], list: [], create: [] };
    for (let rounds = 0; !isOver(rounds) && rounds < 2_000; rounds += 1) {
      await timed(timings.ping, () => platform.api.call('GET', '/api/ping'), 200);
      await timed(timings.list, () => platform.api.call('GET', '/api/posts'), 200);
      await timed(timings.create, () => platform.api.call('POST', '/api/posts', post(host.url('/picture.jpg'))), 201);
    }
    return timings;
  }

  /** Asks about one source; every second one is to be created, the others to be judged. */
  async function ask({ name, url, refusals }: HostileSource, isJudged: boolean): Promise<{ found: object; wanted: object; milliseconds: number }> {
    const begun = performance.now();
    const { status, body } = await platform.api.call<Verdict>('POST', isJudged ? '/api/posts/validate' : '/api/posts', post(url));
    const rule = (isJudged ? body.violations : body.details?.violations)?.[0]?.rule;
    const reason = body.details?.reason;
    const seen = (): object => (isJudged ? { name, status, valid: body.valid, rule } : { name, status, code: body.code, ...(reason === undefined ? { rule } : { reason }) });
    const wanted = refusals.map((one) => (isJudged ? { name, status: 200, valid: false, rule: one.rule } : { name, status: 422, code: one.code, ...(one.code === 'media_unreachable' ? { reason: one.reason } : { rule: one.code === 'egress_refused' ? undefined : one.rule }) }));
    const found = seen();
    return { found, wanted: wanted.find((one) => JSON.stringify(one) === JSON.stringify(found)) ?? wanted[0] ?? {}, milliseconds: performance.now() - begun };
  }

  async function rows(): Promise<unknown> {
    const sql = new Client({ connectionString: platform.database.url });
    await sql.connect();
    const { rows: [counts] } = await sql.query("SELECT (SELECT count(*)::int FROM post p WHERE p.workspace_id = k.workspace_id) AS posts, (SELECT count(*)::int FROM media m WHERE m.workspace_id = k.workspace_id) AS media FROM api_key k").finally(() => sql.end());
    return counts;
  }

  const stored = (): string[] => readdirSync(join(platform.dataDir, 'media'), { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{64}$/.test(name));
  const peakMegabytes = (): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(platform.apiProcess.pid)}/status`, 'utf8'))?.[1]) / 1024;

  it('are each refused in time by name, cost little memory, hold nobody up, and leave nothing', async () => {
    const before = await ordinaryWork((rounds) => rounds === 40);
    const [objects, peakBefore] = [stored(), peakMegabytes()];
    expect(objects, 'the picture and its thumbnail').toHaveLength(2);

    const sources = hostileSources(host, picture, 4);
    expect(sources.length).toBeGreaterThanOrEqual(50);
    let pending = true;
    const judged = Promise.all(sources.map((source, index) => ask(source, (index + Math.floor(index / 19)) % 2 === 0))).finally(() => (pending = false));
    const [answers, during] = await Promise.all([judged, ordinaryWork(() => !pending)]);

    console.info(report(before, during), `peak ${peakBefore.toFixed(0)} → ${peakMegabytes().toFixed(0)} MB`);
    expect(answers.map(({ found }) => found)).toEqual(answers.map(({ wanted }) => wanted));
    expect(Math.max(...answers.map(({ milliseconds }) => milliseconds))).toBeLessThan(fetchSeconds * 1000 + slackMs);
    expect(peakMegabytes()).toBeLessThanOrEqual(maxMegabytes);
    for (const kind of ['ping', 'list', 'create'] as const) expect(p95(during[kind]), kind).toBeLessThan(Math.max(heldUpMs, 10 * p95(before[kind])));
    expect(during.create.length).toBeGreaterThan(5);

    expect(forbidden.connections).toBe(0);
    expect(readdirSync(join(platform.dataDir, 'tmp'))).toEqual([]);
    expect(stored()).toEqual(objects);
    const created = before.create.length + during.create.length;
    expect(await rows()).toEqual({ posts: created, media: created });
  }, 120_000);

  it('cannot move between the check and the connection: the name is asked once', async () => {
    const answer = await platform.api.call<Verdict>('POST', '/api/posts/validate', post(`http://once.changing.test:${host.port}/picture.jpg`));
    expect(answer).toMatchObject({ status: 200, body: { valid: true } });
    const again = await platform.api.call<Verdict>('POST', '/api/posts', post(`http://once.changing.test:${host.port}/picture.jpg`));
    expect(again).toMatchObject({ status: 422, body: { code: 'egress_refused' } });
    expect(forbidden.connections).toBe(0);
  });
});

function p95(timings: readonly number[]): number {
  const sorted = [...timings].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

function report(before: Timings, during: Timings): string {
  const kinds = ['ping', 'list', 'create'] as const;
  return kinds.map((kind) => `${kind} p95 ${p95(before[kind]).toFixed(0)} → ${p95(during[kind]).toFixed(0)} ms (${during[kind].length})`).join(', ');
}
