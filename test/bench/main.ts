import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchGround } from './harness/ground.js';
import { LoadGenerator } from './harness/load-generator.js';
import { describeMachine } from './harness/machine.js';
import { measure, type Measurement, type Plan } from './harness/measure.js';
import { renderTable } from './harness/report.js';
import { rows } from './rows/index.js';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' }, profile: { type: 'boolean', default: false } },
});
const cache = resolve(import.meta.dirname, '../../../.cache');
const durations = options.quick
  ? { rounds: 1, warmUpSeconds: 1, roundSeconds: 1, pacedSeconds: 1 }
  : { rounds: 5, warmUpSeconds: 3, roundSeconds: 3, pacedSeconds: 3 };
const plan: Plan = { ...durations, connections: 16, profileDir: options.profile ? resolve(cache, 'bench-profiles') : null };
const posts = 10_000;

const begun = Date.now();
const chosen = rows.filter((row) => row.name.includes(options.only));
const ground = await BenchGround.prepare(cache, posts);
const generator = new LoadGenerator();
const measurements: Measurement[] = [];
try {
  for (const line of await describeMachine(ground.serverUrl, ground.folder)) console.log(line);
  console.log(`Load        ${plan.connections} connections, ${plan.rounds} rounds of ${plan.roundSeconds} s each in turns after ${plan.warmUpSeconds} s, ${posts} posts before\n`);
  for (const row of chosen) {
    console.log(`· ${row.name}`);
    measurements.push(await measure(row, ground, generator, plan));
  }
} finally {
  generator.close();
  await ground.close();
}
console.log(`\n${renderTable(measurements)}\n\n${((Date.now() - begun) / 1000).toFixed(0)} s`);
const failed = measurements.filter((measurement) => measurement.failed > 0);
for (const { row, failed: count } of failed) console.error(`${row}: ${count} requests failed`);
if (failed.length > 0 || measurements.length === 0) process.exitCode = 1;
