import { setTimeout as pause } from 'node:timers/promises';
import { Cast, type PostWish } from './cast.js';
import { Random } from './random.js';
import type { Scenario, ScenarioContext, ScenarioResult } from './scenario.js';
import { settleDown } from './settling.js';
import { Stage } from './stage.js';
import { Storm } from './storm.js';
import { judge } from './verdict.js';

interface Size {
  readonly posts: number;
  readonly brands: number;
  readonly kills: number;
  readonly leastMs: number;
  readonly mostMs: number;
  readonly settleMs: number;
}

const short: Size = { posts: 70, brands: 14, kills: 12, leastMs: 30_000, mostMs: 70_000, settleMs: 150_000 };
const long: Size = { posts: 2_500, brands: 100, kills: 250, leastMs: 60_000, mostMs: 3_600_000, settleMs: 1_200_000 };

/** Posts of every kind while workers are killed, lines are bad, databases are restarted and clocks are wrong. */
export const storm: Scenario = {
  name: 'storm',
  backends: ['postgres', 'redis'],
  async run({ backend, seed, cache, isLong }: ScenarioContext): Promise<ScenarioResult> {
    const size = isLong ? long : short;
    const random = new Random(seed);
    const stage = await Stage.open({ backend, cache, workers: 2 });
    try {
      const cast = await Cast.assemble(stage, size.brands);
      const trouble = new Storm(stage, random.fork());
      const begun = Date.now();
      trouble.begin();
      // Posts that are still on their way in when it is over come in when it is calm.
      const posting = postAll(cast, random.fork(), size.posts);
      try {
        while (isToGoOn(Date.now() - begun, stage.crew.kills, size)) await pause(200);
      } finally {
        await trouble.end();
      }
      await posting;
      const calmSince = Date.now();
      await settleDown(stage, size.settleMs);
      const verdict = await judge(stage, cast, () => calmSince);
      const note = Object.entries(trouble.counts).map(([name, count]) => `${count} ${name}`).join(', ');
      return { ...verdict, scenario: 'storm', backend, kills: stage.crew.kills, seed, note };
    } finally {
      await stage.close();
    }
  },
};

function isToGoOn(passedMs: number, kills: number, size: Size): boolean {
  return passedMs < size.leastMs || (kills < size.kills && passedMs < size.mostMs);
}

/** Four clients at once, as fast as the API takes them. */
async function postAll(cast: Cast, random: Random, count: number): Promise<void> {
  const wishes = Array.from({ length: count }, (_, number): Omit<PostWish, 'scheduledAt'> & { delayMs: number } => ({
    caption: `storm-${number}`,
    brand: random.pick(cast.brands),
    comment: random.isTrue(0.3) ? `first on storm-${number}` : null,
    pictures: random.isTrue(0.2) ? 2 : 1,
    delayMs: random.isTrue(0.4) ? random.between(1_000, 15_000) : 0,
  }));
  const client = async (): Promise<void> => {
    for (let wish = wishes.shift(); wish; wish = wishes.shift()) {
      await cast.post({ ...wish, scheduledAt: wish.delayMs > 0 ? new Date(Date.now() + wish.delayMs) : null });
    }
  };
  await Promise.all([client(), client(), client(), client()]);
}
