import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { flush } from './flush.scenario.js';
import { matrix } from './matrix.scenario.js';
import { proofs, unproven } from './proof.scenario.js';
import { problemsOf, renderReport, writeReport } from './report.js';
import { relay } from './relay.scenario.js';
import type { Scenario, ScenarioResult } from './scenario.js';
import type { Backend } from './stage.js';
import { storm } from './storm.scenario.js';

const { values: options } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    /** Shows that the harness sees duplicates where the code lets them happen. */
    prove: { type: 'boolean', default: false },
    seed: { type: 'string', default: '' },
    /** Names of scenarios and backends, with commas. */
    only: { type: 'string', default: '' },
    backend: { type: 'string', default: 'postgres,redis' },
  },
});
const cache = resolve(import.meta.dirname, '../../../.cache/chaos');
const seed = options.seed === '' ? randomInt(2 ** 31) : Number(options.seed);
if (!Number.isSafeInteger(seed)) throw new Error('The seed is a whole number');
const backends = options.backend.split(',');
const scenarios: readonly Scenario[] = options.prove ? proofs : [matrix, flush, storm, relay];

const begun = Date.now();
console.log(`Seed ${seed}`);
const plans = scenarios
  .filter(({ name }) => options.only === '' || options.only.split(',').includes(name))
  .flatMap((scenario) => scenario.backends.filter((backend) => backends.includes(backend)).map((backend) => ({ scenario, backend })));
const outcomes: PromiseSettledResult<ScenarioResult>[] = [];
// Four at once, the long ones first: matrices mostly wait, but with all of them three dozen processes on two cores would not get to their work.
await Promise.all([work(), work(), work(), work()]);
const results = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [describe(outcome.reason)] : []));
console.log(`\n${renderReport(results)}\n\n${((Date.now() - begun) / 1000).toFixed(0)} s`);
writeReport(cache, results);
const problems = [...failures, ...(options.prove ? unproven(results) : results.flatMap(problemsOf))];
for (const problem of problems) console.error(problem);
if (problems.length > 0 || results.length === 0) process.exitCode = 1;

async function work(): Promise<void> {
  for (let plan = plans.shift(); plan; plan = plans.shift()) outcomes.push(...(await Promise.allSettled([run(plan.scenario, plan.backend)])));
}

async function run(scenario: Scenario, backend: Backend): Promise<ScenarioResult> {
  const result = await scenario.run({ backend, seed, cache, isLong: options.long });
  console.log(`· ${scenario.name}, ${backend}: done after ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  return result;
}

function describe(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
