import { finding, type BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { WebhookArena } from './webhook-arena.js';

const wanted = 1.25;

/** What a delivery costs with a short and with a long past, in turns. */
export const webhookHistoryCheck: BenchCheck = {
  name: 'webhooks after a long history',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [long, deliveries] = isQuick ? [5_000, 300] : [1_000_000, 5_000];
    const arenas = [await WebhookArena.open(this.name, 20, ground, { profileDir: null }), await WebhookArena.open(this.name, 20, ground, { profileDir: null })] as const;
    try {
      const costs: [number[], number[]] = [[], []];
      for (const [index, history] of [1_000, long].entries()) await arenas[index]?.seedHistory(history);
      for (const arena of arenas) await arena.deliver(deliveries);
      for (let round = 0; round < plan.rounds; round += 1) for (const index of [0, 1] as const) costs[index].push(1_000 / (await arenas[index].deliver(deliveries)));
      const [few = 0, many = 0] = costs.map(median);
      const text = `with ${long} stored deliveries one costs ${(many / few).toFixed(2)} of what it costs with 1000 (${many.toFixed(2)} against ${few.toFixed(2)} ms)`;
      return finding({ name: this.name, text, value: many / few, limit: wanted, isQuick });
    } finally {
      for (const arena of arenas) await arena.close();
    }
  },
};
