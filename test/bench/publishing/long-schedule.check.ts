import { setTimeout as pause } from 'node:timers/promises';
import { after, minutes } from '#kernel/clock';
import { type BenchCheck, finding } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { PublishingArena } from './arena.js';
import { timePlannerRounds } from './planner-rounds.fixture.js';

const wanted = 20;
const ticks = 200;
const growthMb = 40;

/** What a planner's round costs, and what a worker's memory does, with a month of posts ahead, all of one profile; a post of it is due as well. */
export const longScheduleCheck: BenchCheck = {
  name: 'planner with a month of posts ahead',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const posts = isQuick ? 20_000 : 1_000_000;
    const arena = await PublishingArena.open(this.name, 1, ground, plan);
    try {
      const far = after(new Date(), minutes(60 * 24));
      for (let made = 0; made < posts; made += 50_000) await arena.post(Math.min(50_000, posts - made), far, far);
      const times = await timePlannerRounds(arena.stage.databaseUrl, ticks);
      const worker = await arena.startWorker();
      await arena.post(1, new Date(), null);
      await arena.until('publish_at IS NULL', 0);
      const before = worker.peakBytes() ?? 0;
      await pause(isQuick ? 1_000 : 10_000);
      const growth = ((worker.peakBytes() ?? 0) - before) / 1e6;
      const p99 = times.sort((a, b) => a - b)[Math.ceil(ticks * 0.99) - 1] ?? Number.NaN;
      const text = `${median(times).toFixed(2)} ms, p99 ${p99.toFixed(2)} ms a round with ${posts} posts; the worker's memory grew by ${growth.toFixed(1)} MB in fifty rounds`;
      const found = finding({ name: this.name, text, value: p99, limit: wanted, isQuick });
      return growth > growthMb && !isQuick ? { ...found, problems: [...found.problems, `${this.name}: ${text}`] } : found;
    } finally {
      await arena.close();
    }
  },
};
