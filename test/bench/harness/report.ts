import { median, type Measurement, type Round } from './contest.js';

const heads = ['', 'floor req/s', 'ours req/s', 'ours/floor', '(min–max)', 'floor CPU', 'ours CPU', 'at req/s', 'floor p50', 'p99', 'ours p50', 'p99', 'max'];

/** Every row, and below them what the columns mean. */
export function renderTable(measurements: readonly Measurement[]): string {
  const lines = [heads, ...measurements.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const draw = (line: readonly string[]): string => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [...lines.map(draw), '', 'req/s: closed loop, median of the rounds. CPU: of the server process, ms per answer. p50, p99, max: ms from the planned time at a fixed rate.'].join('\n');
}

function cells({ row, floor, ours, pacedPerSecond, floorPaced, oursPaced }: Measurement): string[] {
  const ratios = ours.map((round, index) => round.perSecond / (floor[index]?.perSecond ?? Number.NaN));
  const rate = (rounds: readonly Round[]): string => median(rounds.map((round) => round.perSecond)).toFixed(0);
  return [
    row, rate(floor), rate(ours), median(ratios).toFixed(2), `(${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`, cpu(floor), cpu(ours),
    String(pacedPerSecond), ...[floorPaced.p50Ms, floorPaced.p99Ms, oursPaced.p50Ms, oursPaced.p99Ms, oursPaced.maxMs].map((ms) => ms.toFixed(1)),
  ];
}

function cpu(rounds: readonly Round[]): string {
  const known = rounds.map((round) => round.cpuMs).filter((value) => value !== null);
  return known.length > 0 ? median(known).toFixed(2) : 'n/a';
}
