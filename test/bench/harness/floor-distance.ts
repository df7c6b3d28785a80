import { median, type Measurement, type Round } from './contest.js';
import type { BenchRow } from './row.js';

/**
 * @returns what is wrong when a row is further from its floor than it says. Rate and processor time suffer from different
 * neighbours, so it is enough when one of them is near.
 */
export function tooFarFromFloor({ name, atLeast }: BenchRow, measurements: readonly Measurement[]): string[] {
  const measured = measurements.find((each) => each.row === name);
  if (atLeast === undefined || !measured) return [];
  const { floor, ours } = measured;
  const byRate = medianOf(ours, (round) => round.perSecond) / medianOf(floor, (round) => round.perSecond);
  const byCpu = medianOf(floor, cpu) / medianOf(ours, cpu);
  const best = Number.isFinite(byCpu) ? Math.max(byRate, byCpu) : byRate;
  return best < atLeast ? [`${name}: ${best.toFixed(2)} of its floor, ${atLeast} is wanted`] : [];
}

/** 0 where the system does not tell: a ratio of two is then no number. */
function cpu(round: Round): number {
  return round.cpuMs ?? 0;
}

function medianOf(rounds: readonly Round[], value: (round: Round) => number): number {
  return median(rounds.map(value));
}
