import { setTimeout as pause } from 'node:timers/promises';
import { type BenchCheck, finding, type Finding } from '../harness/check.js';
import { PublishingArena } from './arena.js';

/** Long enough for every row to be found due by a planner of its own accord. */
const leadMs = 2_000;
const callsAreWrittenAfterMs = 500;

interface Crowd {
  readonly posts: number;
  readonly profiles: number;
  /** Over how long their times are spread evenly. */
  readonly spreadMs: number;
}

/** Containers are made ahead; then each post has its time, and what counts is when its publishing call goes out. @returns ms after its time, ascending */
async function latenesses(arena: PublishingArena, { posts, spreadMs }: Crowd): Promise<number[]> {
  const far = new Date(Date.now() + 600_000);
  await arena.post(posts, new Date(), far);
  await arena.startWorker();
  await arena.until("step <> 'ready' OR lease IS NOT NULL", 0);
  const instant = Date.now() + leadMs;
  await arena.query(
    `UPDATE platform_post t SET publish_at = x.at, due_at = x.at, dispatched_until = NULL
     FROM (SELECT id, $1::timestamptz + $2 * interval '1 ms' * row_number() OVER (ORDER BY id) / $3 AS at FROM platform_post WHERE due_at IS NOT NULL) x WHERE t.id = x.id`,
    [new Date(instant), spreadMs, posts]);
  const planned = await arena.query<{ account: string; times: Date[] }>(
    'SELECT p.remote_id AS account, array_agg(t.publish_at ORDER BY t.publish_at) AS times FROM platform_post t JOIN profile p ON p.workspace_id = t.workspace_id AND p.id = t.profile_id WHERE t.due_at IS NOT NULL GROUP BY 1');
  await arena.until('true', 0);
  await pause(callsAreWrittenAfterMs);
  const calls = arena.calls();
  // Posts of an account go out one after the other, in the order of their times.
  return planned.flatMap(({ account, times }) => times.map((time, index) => (calls.get(account)?.[index] ?? Number.POSITIVE_INFINITY) - time.getTime())).sort((a, b) => a - b);
}

async function judge(name: string, crowd: Crowd, limit: number, share: number, [ground, , plan]: Parameters<BenchCheck['run']>): Promise<Finding> {
  const arena = await PublishingArena.open(name, crowd.profiles, ground, plan);
  try {
    const late = await latenesses(arena, crowd);
    const at = (part: number): number => late[Math.min(late.length - 1, Math.ceil(late.length * part) - 1)] ?? Number.NaN;
    const text = `${crowd.posts} posts of ${crowd.profiles} profiles: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms from their time to the publishing call`;
    return finding({ name, text, value: at(share), limit, isQuick: plan.rounds === 1 });
  } finally {
    await arena.close();
  }
}

export const latenessCheck: BenchCheck = {
  name: 'publish in time',
  run: (...given) => judge('publish in time', given[2].rounds === 1 ? { posts: 50, profiles: 50, spreadMs: 1_000 } : { posts: 600, profiles: 300, spreadMs: 20_000 }, 50, 0.99, given),
};

export const burstCheck: BenchCheck = {
  name: 'publish at one instant',
  run: (...given) => {
    const posts = given[2].rounds === 1 ? 100 : 1_000;
    return judge('publish at one instant', { posts, profiles: posts, spreadMs: 0 }, 1_000, 1, given);
  },
};
