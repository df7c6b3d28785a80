import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioResult } from './scenario.js';

const titles = ['scenario', 'backend', 'posts', 'kills', 'lost', 'duplicates', 'unconfirmed', 'recovery_s p50', 'max', 'seed'] as const;

export function renderReport(results: readonly ScenarioResult[]): string {
  const lines = results.map((result) => [
    result.scenario, result.backend, result.posts, result.kills, result.lost, result.duplicates, result.unconfirmed,
    seconds(result.recoveries[Math.floor(result.recoveries.length / 2)]), seconds(result.recoveries.at(-1)), result.seed,
  ]);
  const table = [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const notes = results.flatMap(({ scenario, backend, note }) => (note ? [`- ${scenario}, ${backend}: ${note}`] : []));
  return [table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

export function writeReport(folder: string, results: readonly ScenarioResult[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.md'), `${renderReport(results)}\n`);
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify({ at: new Date().toISOString(), results }, null, 1)}\n`);
}

/** Lost posts and duplicates are problems of their own. */
export function problemsOf({ scenario, backend, lost, duplicates, violations }: ScenarioResult): string[] {
  const counted = [...(lost > 0 ? [`${lost} posts lost`] : []), ...(duplicates > 0 ? [`${duplicates} duplicates`] : [])];
  return [...counted, ...violations].map((problem) => `${scenario}, ${backend}: ${problem}`);
}

function seconds(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(1);
}
