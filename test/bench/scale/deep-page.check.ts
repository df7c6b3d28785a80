import { Client } from 'pg';
import { finding, type BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { startApi } from '../harness/measure.js';
import type { Stage } from '../harness/row.js';
import { seedPosts } from '../harness/seed.js';

const limit = 20;
const wanted = 1.3;
const batch = 50_000;

/** The first page of a long history against one deep in it, asked for one after the other. */
export const deepPageCheck: BenchCheck = {
  name: 'list posts, deep in the history',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [posts, page] = isQuick ? [20_000, 900] : [1_000_000, 10_000];
    const stage = await ground.stage();
    for (let made = 0; made < posts; made += batch) await seedPosts(stage.databaseUrl, stage, Math.min(batch, posts - made), made);
    const deep = await cursorAt(stage, page);
    const api = await startApi({ name: this.name }, stage, ground, { ...plan, profileDir: null });
    try {
      const timed = (cursor: string): Promise<number> => time(`${api.url}/api/posts?limit=${limit}${cursor}`, stage);
      const rounds: { first: number; deep: number }[] = [];
      for (let warm = 0; warm < 50; warm += 1) await timed(warm % 2 === 0 ? '' : `&cursor=${deep}`);
      while (rounds.length < 200) rounds.push({ first: await timed(''), deep: await timed(`&cursor=${deep}`) });
      const [first, last] = [median(rounds.map((round) => round.first)), median(rounds.map((round) => round.deep))];
      const ratio = last / first;
      return finding({ name: this.name, text: `page ${page} of ${posts} posts takes ${ratio.toFixed(2)} of page 1 (${last.toFixed(2)} against ${first.toFixed(2)} ms)`, value: ratio, limit: wanted, isQuick });
    } finally {
      await api.stop();
    }
  },
};

/** The id that page `page` (from 1) follows. */
async function cursorAt({ databaseUrl, workspaceId, profileGroupId }: Stage, page: number): Promise<string> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ id: string }>(
      'SELECT id FROM post WHERE workspace_id = $1 AND profile_group_id = $2 ORDER BY id DESC OFFSET $3 LIMIT 1', [workspaceId, profileGroupId, (page - 1) * limit - 1]);
    if (!rows[0]) throw new Error(`There is no page ${page}`);
    return rows[0].id;
  } finally {
    await database.end();
  }
}

async function time(url: string, { apiKey }: Stage): Promise<number> {
  const begun = performance.now();
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  const { data } = (await response.json()) as { data?: readonly unknown[] };
  if (data?.length !== limit) throw new Error(`${url} answered ${response.status} with ${data?.length} posts`);
  return performance.now() - begun;
}
