import { Pool } from 'undici';
import type { LoadOrder, LoadResult, PacedLoad } from './load.js';
import { variedBody } from './varied-body.js';

/** More than the server can have in work at half its ceiling; a stall beyond it shows as waiting, for time counts from the plan. */
const connections = 64;

/** Sends at a fixed rate; a latency begins when the request was due, so a server that stalls cannot hide it (no coordinated omission). */
export async function runPaced({ url, request, headers }: LoadOrder, { seconds, perSecond }: PacedLoad): Promise<LoadResult> {
  const pool = new Pool(url, { connections });
  const body = request.body ? JSON.stringify(request.body) : null;
  const latencies: number[] = [];
  const open: Promise<void>[] = [];
  let failed = 0;
  const send = async (dueAt: number): Promise<void> => {
    try {
      const answer = await pool.request({ method: request.method, path: request.path, headers, body: body && variedBody(body) });
      await answer.body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (answer.statusCode >= 200 && answer.statusCode < 300) latencies.push(performance.now() - dueAt);
      else failed += 1;
    } catch {
      failed += 1;
    }
  };
  const total = Math.max(1, Math.round(seconds * perSecond));
  const begun = performance.now();
  while (open.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond) + 1);
    while (open.length < due) open.push(send(begun + (open.length / perSecond) * 1000));
    await new Promise((next) => setTimeout(next, 1));
  }
  await Promise.all(open);
  const elapsed = (performance.now() - begun) / 1000;
  await pool.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { answered: latencies.length, failed, perSecond: latencies.length / elapsed, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
