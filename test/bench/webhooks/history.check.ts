import { finding, type BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { WebhookArena } from './webhook-arena.js';

const wanted = 1.25;

/** What a delivery costs with a short and with a long past, one arena after the other. */
export const webhookHistoryCheck: BenchCheck = {
  name: 'webhooks after a long history',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [long, deliveries] = isQuick ? [20_000, 1_000] : [1_000_000, 5_000];
    const cost = async (history: number): Promise<number> => {
      const arena = await WebhookArena.open(this.name, 20, ground, { profileDir: null });
      try {
        await arena.seedHistory(history);
        await arena.deliver(deliveries);
        return 1_000 / median([await arena.deliver(deliveries), await arena.deliver(deliveries), await arena.deliver(deliveries)]);
      } finally {
        await arena.close();
      }
    };
    const [few, many] = [await cost(1_000), await cost(long)];
    const text = `with ${long} stored deliveries one costs ${(many / few).toFixed(2)} of what it costs with 1000 (${many.toFixed(2)} against ${few.toFixed(2)} ms)`;
    return finding({ name: this.name, text, value: many / few, limit: wanted, isQuick });
  },
};
