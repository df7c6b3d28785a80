import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Cast } from './cast.js';
import type { Scenario, ScenarioContext, ScenarioResult } from './scenario.js';
import { settleDown } from './settling.js';
import { Stage } from './stage.js';
import { judge } from './verdict.js';

const rounds = 3;
const reachedWithinMs = 60_000;

/**
 * K9: a relay dies with numbers given and deliveries made that are not committed, again and again while posts go out; the others go on. An endpoint
 * wants everything, and at the end has each event once, but for what tells of itself: nobody answers at its address.
 */
export const relay: Scenario = {
  name: 'relay',
  backends: ['postgres'],
  async run({ backend, seed, cache }: ScenarioContext): Promise<ScenarioResult> {
    const stage = await Stage.open({ backend, cache, workers: 2 });
    try {
      const cast = await Cast.assemble(stage, rounds);
      await stage.query(`
        INSERT INTO webhook_endpoint (workspace_id, id, url, events, created_at, updated_at)
        SELECT workspace_id, 'wh_chaos', 'https://example.invalid', '{*}', now(), now() FROM profile_group WHERE id = $1`, [cast.brands[0]?.groupId]);
      await stage.query("INSERT INTO webhook_pump (workspace_id, endpoint_id) SELECT workspace_id, id FROM webhook_endpoint WHERE id = 'wh_chaos'");
      const before = await stage.query<{ id: string }>("SELECT id FROM event WHERE workspace_id IN (SELECT workspace_id FROM webhook_endpoint)");
      const unreached: string[] = [];
      for (const [index, brand] of cast.brands.entries()) {
        const point = join(stage.folder, 'crashes', 'K9-relay');
        writeFileSync(point, '');
        await cast.post({ brand, caption: `relay-${index}` });
        if (!(await isTaken(point))) unreached.push(`K9 was not reached in round ${index}`);
        await stage.crew.killAll();
      }
      await settleDown(stage, 150_000);
      const verdict = await judge(stage, cast, () => Number.POSITIVE_INFINITY);
      const undelivered = await stage.query<{ id: string; times: number }>(`
        SELECT e.id, count(d.id)::int AS times FROM event e JOIN webhook_endpoint w USING (workspace_id)
        LEFT JOIN webhook_delivery d ON d.workspace_id = e.workspace_id AND d.event_id = e.id AND d.endpoint_id = w.id AND d.seq = e.seq
        WHERE NOT (e.id = ANY($1)) AND e.type NOT LIKE 'webhook.%' GROUP BY e.id HAVING count(d.id) <> 1`, [before.map(({ id }) => id)]);
      const violations = [...unreached, ...verdict.violations, ...undelivered.map(({ id, times }) => `${id} has ${times} deliveries instead of one`)];
      return { ...verdict, violations, scenario: 'relay', backend, kills: stage.crew.kills, seed };
    } finally {
      await stage.close();
    }
  },
};

/** The file of a crash point is renamed by who comes by. */
async function isTaken(point: string): Promise<boolean> {
  for (const deadline = Date.now() + reachedWithinMs; Date.now() < deadline; await pause(50)) if (!existsSync(point)) return true;
  return false;
}
