import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Cast } from './cast.js';
import { runMatrix } from './matrix.scenario.js';
import type { Scenario, ScenarioContext, ScenarioResult } from './scenario.js';
import { settleDown } from './settling.js';
import { Stage } from './stage.js';
import { judge } from './verdict.js';

const publishing = resolve(import.meta.dirname, '../../libs/features/publishing');
const crippled = (name: string): string => pathToFileURL(resolve(publishing, `${name}.chaos.fixture.js`)).href;

/** The harness on workers that ask nobody after a lost answer: it must see duplicates. */
const withoutReconcile: Scenario = {
  name: 'without reconcile',
  backends: ['postgres'],
  run: (context) =>
    runMatrix('without reconcile', context, { points: ['K5', 'K6'], faults: ['none', 'reset_after_effect', 'error_with_effect'], workers: 2, preloads: [crippled('without-reconcile')] }),
};

const posts = 6;
/** The first worker that makes a container waits so long for the answer that another one has published meanwhile. */
const slowAnswer = { kind: 'delay', ms: 12_000 } as const;
const seenWithinMs = 60_000;

/** The harness on workers that do not mind who holds a row: the one that was slow goes on where it was, and publishes again. */
const withoutFencing: Scenario = {
  name: 'without fencing',
  backends: ['postgres'],
  async run({ backend, seed, cache }: ScenarioContext): Promise<ScenarioResult> {
    const stage = await Stage.open({ backend, cache, workers: 2, preloads: [crippled('without-fencing')] });
    try {
      const cast = await Cast.assemble(stage, posts);
      for (const [number, brand] of cast.brands.entries()) {
        await stage.sandbox.fault({ method: 'POST', path: '/*/media', account: brand.userId }, slowAnswer);
        await cast.post({ caption: `unfenced-${number}`, brand });
      }
      await settleDown(stage, seenWithinMs);
      await waitForMoreThanOne(stage, cast);
      return { ...(await judge(stage, cast, () => Number.POSITIVE_INFINITY)), scenario: 'without fencing', backend, kills: 0, seed };
    } finally {
      await stage.close();
    }
  },
};

/** The rows are at their end long before the slow answers come. */
async function waitForMoreThanOne({ sandbox }: Stage, { brands }: Cast): Promise<void> {
  for (const deadline = Date.now() + seenWithinMs; Date.now() < deadline; await pause(250)) {
    const ledgers = await Promise.all(brands.map(({ userId }) => sandbox.ledger(userId)));
    if (ledgers.every(({ media }) => media.length > 1)) return;
  }
}

export const proofs: readonly Scenario[] = [withoutReconcile, withoutFencing];

/** Here duplicates are what is right. */
export function unproven(results: readonly ScenarioResult[]): string[] {
  return results.filter(({ duplicates }) => duplicates === 0).map(({ scenario }) => `${scenario}: the harness saw no duplicate`);
}
