import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#kernel/ids';
import { finding, type BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { percentile } from '../harness/percentile.js';
import type { ServerProcess } from '../harness/server-process.js';
import { ArrivalArena, ask } from './arrival-arena.js';

const wanted = 1.2;
const healthy = 99;
/** To each endpoint: what keeps the machine well below half of what it can do. */
const perSecond = 1;
const leadMs = 300;
const givenUpWithin = 30_000;

interface Round {
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the worker, of one core. */
  readonly load: number;
}

/** 99 endpoints that answer at once, with and without one that never does; in turns, in the same worker. */
export const hangingCheck: BenchCheck = {
  name: 'webhooks beside a hanging one',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [seconds, rounds] = isQuick ? [1, 1] : [10, 5];
    const arena = await ArrivalArena.open(ground);
    try {
      const endpoints = await arena.subscribe(arena.receiver, healthy);
      const hanging = await arena.startHanging();
      const besideHanging = async (): Promise<Round> => {
        // A new one each time: what the last one has suffered must not spare this one calls.
        const [stuck = ''] = await arena.subscribe(hanging, 1);
        const found = await deliver(arena, endpoints, stuck, seconds);
        await giveUp(arena, hanging, stuck);
        return found;
      };
      await arena.startWorker();
      await deliver(arena, endpoints, null, isQuick ? 1 : 4);
      const found: { without: Round; beside: Round }[] = [];
      while (found.length < rounds) found.push({ without: await deliver(arena, endpoints, null, seconds), beside: await besideHanging() });
      const ratio = median(found.map(({ without, beside }) => beside.p99 / without.p99));
      const of = (figure: (pair: { without: Round; beside: Round }) => number): string => median(found.map(figure)).toFixed(1);
      const load = median(found.map(({ beside }) => beside.load));
      const text = `p99 of the ${healthy} others is ${ratio.toFixed(2)} of what it is without (${of(({ beside }) => beside.p99)} against ${of(({ without }) => without.p99)} ms, p50 ${of(({ beside }) => beside.p50)} against ${of(({ without }) => without.p50)}; ${healthy * perSecond} deliveries/s, ${(100 * load).toFixed(0)} % of a core)`;
      return finding({ name: this.name, text, value: ratio, limit: wanted, isQuick });
    } finally {
      await arena.close();
    }
  },
};

/** Deliveries that become due one after the other, evenly over all endpoints; what is measured is those of `endpoints`. @param stuck gets as many as each of them */
async function deliver(arena: ArrivalArena, endpoints: readonly string[], stuck: string | null, seconds: number): Promise<Round> {
  const begin = Date.now() + leadMs;
  const turns = seconds * perSecond;
  const due = (endpoint: string, turn: number, place: number): { id: string; event: string; endpoint: string; at: number } => (
    { id: newId('webhookDelivery'), event: newId('event'), endpoint, at: begin + Math.round(((turn + place / endpoints.length) * 1_000) / perSecond) }
  );
  const rows = Array.from({ length: turns }, (_, turn) => endpoints.map((endpoint, place) => due(endpoint, turn, place))).flat();
  // What hangs does so from the beginning, with as many calls as it may have.
  const others = stuck === null ? [] : Array.from({ length: turns + 8 }, (_, turn) => due(stuck, Math.max(0, turn - 8), 0));
  await arena.query(planDeliveries, [arena.stage.workspaceId, JSON.stringify([...rows, ...others])]);
  const cpu = arena.workerCpuSeconds();
  await arena.untilArrived(rows.length);
  const elapsed = (Date.now() - begin) / 1_000;
  const load = (arena.workerCpuSeconds() - cpu) / elapsed;
  await arena.until("SELECT WHERE NOT EXISTS (SELECT FROM webhook_delivery WHERE workspace_id = $1 AND endpoint_id = ANY ($2) AND state = 'pending')", [arena.stage.workspaceId, endpoints]);
  const arrivals = await arena.takeArrivals();
  const latencies = rows.map(({ event, at }) => (arrivals.get(event)?.[0] ?? Number.POSITIVE_INFINITY) - at);
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), load };
}

/** The endpoint is left alone from now on. What hangs is cut until its pump has seen that, for a call that was cut makes room for the next one. */
async function giveUp(arena: ArrivalArena, hanging: ServerProcess, stuck: string): Promise<void> {
  await arena.query('UPDATE webhook_endpoint SET enabled = false WHERE workspace_id = $1 AND id = $2', [arena.stage.workspaceId, stuck]);
  let cut = Number(await ask(hanging, '/release'));
  if (cut === 0) throw new Error('Nothing was hanging');
  const isHeld = async (): Promise<boolean> => (await arena.query('SELECT FROM webhook_pump WHERE workspace_id = $1 AND endpoint_id = $2 AND lease IS NOT NULL', [arena.stage.workspaceId, stuck])).length > 0;
  for (const deadline = Date.now() + givenUpWithin; await isHeld(); await pause(50)) {
    if (Date.now() > deadline) throw new Error(`The pump still holds on to what hangs, ${cut} calls later`);
    cut += Number(await ask(hanging, '/release'));
  }
}

const planDeliveries = `
  WITH seed AS (SELECT id, event, endpoint, to_timestamp(at / 1000) AS at FROM jsonb_to_recordset($2::jsonb) AS s(id text, event text, endpoint text, at float8)), told AS (
    INSERT INTO event (workspace_id, id, type, data, created_at, seq) SELECT $1, event, 'post.processed', '{"number": 1}', now(), row_number() OVER () FROM seed
  ), pumped AS (
    UPDATE webhook_pump p SET due_at = first.at FROM (SELECT endpoint, min(at) AS at FROM seed GROUP BY 1) first WHERE p.workspace_id = $1 AND p.endpoint_id = first.endpoint
  )
  INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, seq, next_attempt_at, created_at)
  SELECT $1, id, endpoint, event, 'post.processed', now(), 1, at, now() FROM seed`;
