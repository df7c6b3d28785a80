import { Client } from 'pg';
import { newId } from '#kernel/ids';
import type { BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { timeRelay } from './relay-rounds.fixture.js';

/** Rows a second with nobody who listens. */
const wanted = 50_000;
const batch = 20_000;

/** Committed events until each has its number: one relay, batches of a thousand, no endpoint; bare updates of as many rows before it; and after it, with one endpoint that gets a delivery of each. */
export const relayCheck: BenchCheck = {
  name: 'relay claim',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [events, rounds] = isQuick ? [5_000, 1] : [200_000, 3];
    const stage = await ground.stage();
    const sql = new Client({ connectionString: stage.databaseUrl });
    await sql.connect();
    const measure = async (relay: () => Promise<{ events: number; ms: number }>): Promise<number> => {
      const rates: number[] = [];
      while (rates.length < rounds) {
        for (let made = 0; made < events; made += batch) await addEvents(sql, stage.workspaceId, Math.min(batch, events - made));
        await sql.query('VACUUM (ANALYZE) event');
        await ground.settle();
        const timed = await relay();
        if (timed.events !== events) throw new Error(`${timed.events} events were relayed of ${events}`);
        rates.push((timed.events / timed.ms) * 1_000);
      }
      return median(rates);
    };
    try {
      const bare = await measure(() => updateBarely(sql));
      const alone = await measure(() => timeRelay(stage.databaseUrl));
      await sql.query("INSERT INTO webhook_endpoint (workspace_id, id, url, events, created_at, updated_at) VALUES ($1, 'wh_bench', 'https://example.org', '{*}', now(), now())", [stage.workspaceId]);
      await sql.query("INSERT INTO webhook_pump (workspace_id, endpoint_id) VALUES ($1, 'wh_bench')", [stage.workspaceId]);
      const delivered = await measure(() => timeRelay(stage.databaseUrl));
      const text = `${Math.round(alone)} events/s are numbered, ${(alone / bare).toFixed(2)} of bare updates of a thousand rows; ${Math.round(delivered)} with a delivery each; ${3 * rounds * events} are there at the end`;
      return { line: `${this.name}: ${text}`, problems: alone >= wanted || isQuick ? [] : [`${this.name}: ${text}; ${wanted} are wanted`] };
    } finally {
      await sql.end();
    }
  },
};

/** What numbering would cost without everything else that a relay does. */
async function updateBarely(sql: Client): Promise<{ events: number; ms: number }> {
  const begun = performance.now();
  for (let events = 0; ; ) {
    const { rowCount } = await sql.query('UPDATE event SET seq = 1 WHERE id IN (SELECT id FROM event WHERE seq IS NULL ORDER BY created_at, id LIMIT 1000)');
    if (!rowCount) return { events, ms: performance.now() - begun };
    events += rowCount;
  }
}

async function addEvents(sql: Client, workspaceId: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => newId('event'));
  await sql.query(
    `INSERT INTO event (workspace_id, id, type, data, created_at)
     SELECT $1, id, 'platform_post.published', jsonb_build_object('id', id, 'post_id', id, 'platform', 'instagram', 'profile_id', id, 'profile_name', 'bench', 'status', 'published', 'error', NULL, 'permalink', 'https://www.instagram.com/p/' || id), clock_timestamp()
     FROM unnest($2::text[]) id`,
    [workspaceId, ids],
  );
}
