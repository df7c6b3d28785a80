import { finding, type BenchCheck } from '../harness/check.js';
import { percentile } from '../harness/percentile.js';
import { ArrivalArena } from './arrival-arena.js';
import { EventWriter } from './written-events.fixture.js';

const wantedMs = 100;
/** Of what the worker delivers to this endpoint when it does nothing else. */
const share = 0.2;

/** From an event's `created_at`, which is before its transaction, until its call reaches the receiver: relay, planner, queue and pump. */
export const arrivalCheck: BenchCheck = {
  name: 'from a change to its arrival',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [burst, seconds] = isQuick ? [500, 1] : [5_000, 15];
    const arena = await ArrivalArena.open(ground);
    const writer = new EventWriter(arena.stage.databaseUrl, arena.stage.workspaceId);
    try {
      await writer.open();
      await arena.subscribe(arena.receiver, 1);
      await arena.startWorker();
      const most = await ceiling(arena, writer, burst);
      const perSecond = Math.max(1, Math.round(most * share));
      const events = await writer.writePaced(Math.max(1, Math.round(perSecond * seconds)), perSecond);
      await arena.untilArrived(events.length);
      const arrivals = await arena.takeArrivals();
      const latencies = events.map(({ id, createdAt }) => (arrivals.get(id)?.[0] ?? Number.POSITIVE_INFINITY) - createdAt.getTime());
      const at = (part: number): string => percentile(latencies, part).toFixed(0);
      const text = `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms at ${perSecond} events/s, of ${most.toFixed(0)} that one endpoint can take`;
      return finding({ name: this.name, text, value: percentile(latencies, 0.99), limit: wantedMs, isQuick });
    } finally {
      await writer.close();
      await arena.close();
    }
  },
};

/** The second of two bursts, for the first also warms up. @returns deliveries a second */
async function ceiling(arena: ArrivalArena, writer: EventWriter, burst: number): Promise<number> {
  let most = 0;
  for (let round = 0; round < 2; round += 1) {
    const begun = performance.now();
    await writer.writeAtOnce(burst);
    await arena.untilArrived(burst);
    most = burst / ((performance.now() - begun) / 1_000);
    await arena.until("SELECT WHERE NOT EXISTS (SELECT FROM webhook_delivery WHERE workspace_id = $1 AND state = 'pending')", [arena.stage.workspaceId]);
    await arena.takeArrivals();
  }
  return most;
}
