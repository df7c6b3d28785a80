import { setTimeout as pause } from 'node:timers/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import type { Scenario, ScenarioContext, ScenarioResult } from './scenario.js';
import { Stage } from './stage.js';

const scheduled = 10_000;
const promisedSeconds = 30;
const deaf = pathToFileURL(resolve(import.meta.dirname, 'preload/deaf.preload.js')).href;

/**
 * Ten thousand posts of as many profiles are due and their jobs wait in Redis, which then forgets everything. Measured until each has a
 * job again. No worker takes them: publishing ten thousand posts would measure something else.
 */
export const flush: Scenario = {
  name: 'redis flushall',
  backends: ['redis'],
  async run({ backend, seed, cache }: ScenarioContext): Promise<ScenarioResult> {
    const stage = await Stage.open({ backend, cache, workers: 1, preloads: [deaf] });
    try {
      const redis = new Redis(stage.redisUrl ?? '', { maxRetriesPerRequest: 1, connectTimeout: 5_000 });
      try {
        await insertScheduled(stage);
        await stage.query("UPDATE platform_post SET due_at = now() WHERE id LIKE 'pp_flush_%'");
        await until(async () => (await handedOut(stage, 1)) === scheduled, 60_000);
        await redis.flushall();
        const flushedAt = Date.now();
        const isBack = await until(async () => (await handedOut(stage, 2)) === scheduled && (await jobs(redis)) >= scheduled, 120_000);
        const took = (Date.now() - flushedAt) / 1000;
        const twice = await handedOut(stage, 3);
        const violations = [
          ...(isBack ? [] : ['not all jobs came back']),
          ...(took > promisedSeconds ? [`it took ${took.toFixed(1)} s, ${promisedSeconds} are promised`] : []),
          ...(twice > 0 ? [`${twice} posts were handed out twice after it`] : []),
        ];
        return { scenario: 'redis flushall', backend, posts: scheduled, kills: 0, lost: scheduled - (await handedOut(stage, 2)), duplicates: twice, unconfirmed: 0, recoveries: [took], violations, seed };
      } finally {
        redis.disconnect();
      }
    } finally {
      await stage.close();
    }
  },
};

/** Straight into the tables: profiles, posts and targets as the API would have written them, far in the future. */
async function insertScheduled(stage: Stage): Promise<void> {
  const own = "workspace_id <> 'ws_of_the_bystander'";
  await stage.query(`
    INSERT INTO profile_group SELECT (jsonb_populate_record(g, jsonb_build_object('id', 'grp_flush_' || n, 'name', 'flush ' || n))).*
    FROM (SELECT * FROM profile_group WHERE ${own} LIMIT 1) g, generate_series(1, ${scheduled}) n`);
  await stage.query(`
    INSERT INTO profile SELECT (jsonb_populate_record(p, jsonb_build_object('id', 'prof_flush_' || n, 'profile_group_id', 'grp_flush_' || n, 'remote_id', 'flush' || n, 'app_scoped_id', 'flush' || n, 'webhook_due_at', NULL))).*
    FROM (SELECT * FROM profile WHERE ${own} LIMIT 1) p, generate_series(1, ${scheduled}) n`);
  await stage.query(`
    INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, created_at, updated_at)
    SELECT workspace_id, 'post' || substr(id, 5), profile_group_id, id, 'scheduled', 'heliograph', now() + interval '1 year', now(), now() FROM profile WHERE id LIKE 'prof_flush_%'`);
  await stage.query(`
    INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, status, step, due_at, publish_at, created_at, updated_at)
    SELECT workspace_id, 'pp' || substr(id, 5), 'post' || substr(id, 5), id, network, '{}', 'pending', 'waiting', now() + interval '1 year', now() + interval '1 year', now(), now() FROM profile WHERE id LIKE 'prof_flush_%'`);
  await stage.query('ANALYZE');
}

async function handedOut(stage: Stage, times: number): Promise<number> {
  const [row] = await stage.query<{ count: number }>("SELECT count(*)::int AS count FROM platform_post WHERE id LIKE 'pp_flush_%' AND dispatches >= $1", [times]);
  return row?.count ?? 0;
}

/** What waits in Redis itself, counted without our code. */
async function jobs(redis: Redis): Promise<number> {
  const lists = await redis.keys('{heliograph}:*:wait');
  const lengths = await Promise.all(lists.map((key) => redis.llen(key)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await isSo()) return true;
    await pause(200);
  }
  return false;
}
