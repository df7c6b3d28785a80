import type { BenchCheck } from '../harness/check.js';
import { timeRelay } from '../events/relay-rounds.fixture.js';
import { ArrivalArena } from './arrival-arena.js';
import { beginReplay } from './begun-replay.fixture.js';
import { EventWriter } from './written-events.fixture.js';

const batch = 5_000;

interface Outcome {
  readonly status: string;
  readonly queued: number;
  readonly delivered: number;
  /** Events with exactly one delivery of the replay, and that delivered. */
  readonly once: number;
  /** Deliveries of the replay, however they ended. */
  readonly made: number;
}

/** A replay whose worker is killed again and again: each event of the range has one delivery at the end, and that has arrived. */
export const replayCheck: BenchCheck = {
  name: 'replay of a hundred thousand',
  async run(ground, _generator, plan) {
    const [events, interruptions] = plan.rounds === 1 ? [1_000, 1] : [100_000, 5];
    const arena = await ArrivalArena.open(ground);
    try {
      await writeEvents(arena, events);
      const [endpoint = ''] = await arena.subscribe(arena.receiver, 1);
      const replay = await beginReplay(arena.stage.databaseUrl, arena.stage.workspaceId, endpoint);
      const begun = performance.now();
      await arena.startWorker();
      for (let killed = 1; killed <= interruptions; killed += 1) {
        await arena.untilArrived(Math.floor((events * killed) / (interruptions + 1)));
        await interrupt(arena, endpoint);
      }
      await arena.until("SELECT FROM webhook_replay WHERE workspace_id = $1 AND id = $2 AND status <> 'running'", [arena.stage.workspaceId, replay.id]);
      const seconds = (performance.now() - begun) / 1_000;
      const found = await outcome(arena, replay.id);
      const arrivals = await arena.takeArrivals();
      const calls = [...arrivals.values()].reduce((sum, times) => sum + times.length, 0);
      const isExact = [replay.total, found.queued, found.delivered, found.once, found.made, arrivals.size].every((count) => count === events) && found.status === 'completed';
      const text = `${found.once} of ${events} events exactly once delivered, ${found.made} deliveries made, ${arrivals.size} events received by ${calls} calls, ${interruptions} workers killed meanwhile, ${found.status} in ${seconds.toFixed(1)} s, ${(events / seconds).toFixed(0)} deliveries/s`;
      return { line: `${this.name}: ${text}`, problems: isExact ? [] : [`${this.name}: ${text}`] };
    } finally {
      await arena.close();
    }
  },
};

/** Numbered before anybody listens, so that nothing but the replay sends them. */
async function writeEvents(arena: ArrivalArena, count: number): Promise<void> {
  const writer = new EventWriter(arena.stage.databaseUrl, arena.stage.workspaceId);
  try {
    await writer.open();
    for (let made = 0; made < count; made += batch) await writer.writeAtOnce(Math.min(batch, count - made));
  } finally {
    await writer.close();
  }
  const { events } = await timeRelay(arena.stage.databaseUrl);
  if (events !== count) throw new Error(`${events} events were relayed of ${count}`);
  await arena.query('ANALYZE event');
}

/** What the dead worker held would be free when its lease is over; half a minute of nothing says nothing, so it is over at once. */
async function interrupt(arena: ArrivalArena, endpoint: string): Promise<void> {
  await arena.killWorker();
  await arena.query('UPDATE webhook_pump SET leased_until = now(), dispatched_until = NULL WHERE workspace_id = $1 AND endpoint_id = $2', [arena.stage.workspaceId, endpoint]);
  await arena.startWorker();
}

async function outcome(arena: ArrivalArena, replayId: string): Promise<Outcome> {
  const [found] = await arena.query<Outcome>(
    `SELECT r.status::text, r.queued::int, r.delivered::int, made.once, made.made
     FROM webhook_replay r, (
       SELECT count(*) FILTER (WHERE deliveries = 1 AND arrived = 1)::int AS once, coalesce(sum(deliveries), 0)::int AS made FROM (
         SELECT count(d.id) AS deliveries, count(*) FILTER (WHERE d.state = 'delivered') AS arrived
         FROM event e LEFT JOIN webhook_delivery d ON d.workspace_id = e.workspace_id AND d.event_id = e.id AND d.replay_id = $2 AND d.kind = 'replay'
         WHERE e.workspace_id = $1 GROUP BY e.id
       ) each_event
     ) made WHERE r.workspace_id = $1 AND r.id = $2`,
    [arena.stage.workspaceId, replayId]);
  if (!found) throw new Error('The replay is gone');
  return found;
}
