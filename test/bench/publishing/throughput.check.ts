import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askProcess } from '../harness/ask-process.js';
import { type BenchCheck, finding } from '../harness/check.js';
import { PublishingArena } from './arena.js';

const wanted = 0.4;
/** As many calls in flight as a worker has jobs at once. */
const concurrency = 200;

/** Posts a second through the whole machine against a loop that makes the same calls and keeps nothing. Both in the same sandbox, one after the other. */
export const throughputCheck: BenchCheck = {
  name: 'publish as fast as possible',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [posts, profiles] = isQuick ? [200, 100] : [4_000, 1_000];
    const arena = await PublishingArena.open(this.name, profiles, ground, plan);
    try {
      const accounts = arena.accounts.map(({ user_id, access_token }) => [user_id, access_token]);
      const work = join(ground.folder, 'publish-floor.json');
      writeFileSync(work, JSON.stringify({ url: arena.sandboxUrl, pictureUrl: arena.pictureUrl, accounts, posts, concurrency }), { mode: 0o600 });
      const floor = await askProcess<number>(join(import.meta.dirname, 'publish-floor.process.js'), [work]);
      await arena.startWorker();
      await arena.post(posts, new Date(), null);
      const begun = performance.now();
      await arena.until('true', 0);
      const ours = posts / ((performance.now() - begun) / 1_000);
      const [row] = await arena.query<{ live: number }>("SELECT count(*)::int AS live FROM platform_post WHERE network = 'instagram' AND status = 'published' AND publish_started_at IS NOT NULL");
      if (row?.live !== posts) throw new Error(`${row?.live} of ${posts} posts are live`);
      const ratio = ours / floor;
      const text = `${ratio.toFixed(2)} of a bare axios loop (${ours.toFixed(0)} against ${floor.toFixed(0)} posts/s, ${posts} posts of ${profiles} profiles)`;
      return finding({ name: this.name, text, value: -ratio, limit: -wanted, isQuick });
    } finally {
      await arena.close();
    }
  },
};
