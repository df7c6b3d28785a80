import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchGround } from './harness/ground.js';
import { LoadGenerator } from './harness/load-generator.js';
import { describeMachine } from './harness/machine.js';
import { tooFarFromFloor } from './harness/floor-distance.js';
import type { Measurement } from './harness/contest.js';
import { measure, type Plan } from './harness/measure.js';
import { renderTable } from './harness/report.js';
import { rows } from './rows/index.js';
import { checks } from './checks.js';
import type { Finding } from './harness/check.js';
import { measureSandbox, tooSlow } from './sandbox/measure-sandbox.js';

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
const ground = await BenchGround.prepare(cache, posts);
const generator = new LoadGenerator();
const isChosen = (row: { name: string }): boolean => row.name.includes(options.only);
const chosen = rows.filter(isChosen);
const measurements: Measurement[] = [];
const findings: Finding[] = [];
let sandbox: Measurement[] = [];
try {
  for (const line of await describeMachine(ground.serverUrl, ground.folder)) console.log(line);
  console.log(`Load        ${plan.connections} connections, ${plan.rounds} rounds of ${plan.roundSeconds} s each in turns after ${plan.warmUpSeconds} s, ${posts} posts before\n`);
  for (const row of chosen) {
    console.log(`· ${row.name}`);
    measurements.push(await measure(row, ground, generator, plan));
  }
  for (const check of checks.filter(isChosen)) {
    console.log(`· ${check.name}`);
    const found = await check.run(ground, generator, plan);
    findings.push(found);
    console.log(`  ${found.line.trim()}`);
  }
  sandbox = await measureSandbox(resolve(ground.folder, 'sandbox'), generator, plan, isChosen);
} finally {
  generator.close();
  await ground.close();
}
if (measurements.length + sandbox.length > 0) console.log(`\n${renderTable([...measurements, ...sandbox])}`);
console.log(`\n${((Date.now() - begun) / 1000).toFixed(0)} s`);
const problems = [
  ...[...measurements, ...sandbox].filter((each) => each.failed > 0).map((each) => `${each.row}: ${each.failed} requests failed`),
  ...tooSlow(sandbox),
  ...findings.flatMap((each) => each.problems),
  ...chosen.flatMap((row) => tooFarFromFloor(row, measurements)),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0 || measurements.length + sandbox.length + findings.length === 0) process.exitCode = 1;
