import { finding, type BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';
import { WebhookArena } from './webhook-arena.js';

const wanted = 0.25;
const endpoints = 20;
const concurrency = endpoints * 8;

/** Deliveries a second, from rows to logged answers, next to a bare loop of requests to the same receiver; in turns. */
export const deliveringCheck: BenchCheck = {
  name: 'webhooks as fast as possible',
  async run(ground, _generator, plan) {
    const isQuick = plan.rounds === 1;
    const [deliveries, rounds] = isQuick ? [1_000, 1] : [20_000, 3];
    const arena = await WebhookArena.open(this.name, endpoints, ground, plan);
    try {
      await arena.deliver(1_000);
      const found: { floor: number; ours: number }[] = [];
      while (found.length < rounds) found.push({ floor: await arena.floor(deliveries, concurrency), ours: await arena.deliver(deliveries) });
      const ratio = median(found.map(({ floor, ours }) => ours / floor));
      const text = `${ratio.toFixed(2)} of a bare undici loop (${median(found.map(({ ours }) => ours)).toFixed(0)} against ${median(found.map(({ floor }) => floor)).toFixed(0)} calls/s, ${deliveries} deliveries to ${endpoints} endpoints)`;
      return finding({ name: this.name, text, value: -ratio, limit: -wanted, isQuick });
    } finally {
      await arena.close();
    }
  },
};
