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
    const stage = await Stage.open({ backend, cache, workers: 2, preloads: [deaf] });
    try {
      const redis = new Redis(stage.redisUrl ?? '', { maxRetriesPerRequest: 1, connectTimeout: 5_000 });
      try {
        await insertScheduled(stage);
        await stage.query("UPDATE platform_post SET due_at = now() WHERE id LIKE 'pp_flush_%'");
        await until(async () => (await jobs(redis)).posts === scheduled, 120_000);
        await redis.flushall();
        const flushedAt = Date.now();
        const isBack = await until(async () => (await jobs(redis)).posts === scheduled, 120_000);
        const took = (Date.now() - flushedAt) / 1000;
        const { posts, all } = await jobs(redis);
        const violations = [...(isBack ? [] : ['not all jobs came back']), ...(took > promisedSeconds ? [`it took ${took.toFixed(1)} s, ${promisedSeconds} are promised`] : [])];
        // A job that nobody takes for 15 s is handed out again, flushed or not: it is a trigger, and the lease lets one worker in.
        const note = `${all - posts} jobs more than posts, as nobody took any`;
        return { scenario: 'redis flushall', backend, posts: scheduled, kills: 0, lost: scheduled - posts, duplicates: 0, unconfirmed: 0, recoveries: [took], violations, seed, note };
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
    FROM profile_group g, generate_series(1, ${scheduled}) n WHERE ${own}`);
  await stage.query(`
    INSERT INTO profile SELECT (jsonb_populate_record(p, jsonb_build_object('id', 'prof_flush_' || n, 'profile_group_id', 'grp_flush_' || n, 'remote_id', 'flush' || n, 'app_scoped_id', 'flush' || n, 'webhook_due_at', NULL))).*
    FROM profile p, generate_series(1, ${scheduled}) n WHERE ${own}`);
  await stage.query(`
    INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, created_at, updated_at)
    SELECT workspace_id, 'post' || substr(id, 5), profile_group_id, id, 'scheduled', 'heliograph', now() + interval '1 year', now(), now() FROM profile WHERE id LIKE 'prof_flush_%'`);
  await stage.query(`
    INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, status, step, due_at, publish_at, created_at, updated_at)
    SELECT workspace_id, 'pp' || substr(id, 5), 'post' || substr(id, 5), id, network, '{}', 'pending', 'waiting', now() + interval '1 year', now() + interval '1 year', now(), now() FROM profile WHERE id LIKE 'prof_flush_%'`);
  await stage.query('ANALYZE');
}

/** What waits in Redis itself, counted without our code: triggers, of which a job of the queue carries several, and posts that have one. */
async function jobs(redis: Redis): Promise<{ all: number; posts: number }> {
  const named: string[] = [];
  for (const list of await redis.keys('{heliograph}:*:wait')) {
    const queue = list.slice(0, -':wait'.length);
    const ids = await redis.lrange(list, 0, -1);
    const packs = await Promise.all(ids.map((id) => redis.hget(`${queue}:${id}`, 'data')));
    named.push(...packs.flatMap((pack) => pack?.match(/pp_flush_\d+/g) ?? []));
  }
  return { all: named.length, posts: new Set(named).size };
}

async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await isSo()) return true;
    await pause(200);
  }
  return false;
}
