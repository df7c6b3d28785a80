import type { LoadResult, PacedLoad, SaturatingLoad } from './load.js';
import type { LoadGenerator } from './load-generator.js';
import type { BenchRequest } from './row.js';
import type { ServerProcess } from './server-process.js';

export interface Pace {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly roundSeconds: number;
  readonly pacedSeconds: number;
  readonly connections: number;
}

export interface Round extends LoadResult {
  /** Of the server's own process, per answer; null where the system does not tell. */
  readonly cpuMs: number | null;
}

export interface Measurement {
  readonly row: string;
  readonly floor: readonly Round[];
  readonly ours: readonly Round[];
  /** Both at the same fixed rate, half of our ceiling. */
  readonly pacedPerSecond: number;
  readonly floorPaced: LoadResult;
  readonly oursPaced: LoadResult;
  readonly failed: number;
}

interface Contest {
  readonly floor: ServerProcess;
  readonly ours: ServerProcess;
  readonly request: BenchRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** Called between warm-up and rounds. */
  readonly settle: () => Promise<void>;
}

/** Floor and ours in turns, so that whatever else the machine does meets both. */
export async function contest({ floor, ours, request, headers, settle }: Contest, generator: LoadGenerator, pace: Pace): Promise<Omit<Measurement, 'row'>> {
  const run = (server: ServerProcess, load: SaturatingLoad | PacedLoad): Promise<LoadResult> => generator.run({ url: server.url, request, headers, load });
  const round = async (server: ServerProcess): Promise<Round> => {
    const before = server.cpuSeconds();
    const result = await run(server, { kind: 'saturating', seconds: pace.roundSeconds, connections: pace.connections });
    const after = server.cpuSeconds();
    return { ...result, cpuMs: before === null || after === null ? null : ((after - before) * 1000) / Math.max(1, result.answered) };
  };
  for (const server of [floor, ours]) await run(server, { kind: 'saturating', seconds: pace.warmUpSeconds, connections: pace.connections });
  await settle();
  const rounds: { floor: Round; ours: Round }[] = [];
  while (rounds.length < pace.rounds) rounds.push({ floor: await round(floor), ours: await round(ours) });
  const pacedPerSecond = Math.max(1, Math.round(median(rounds.map((pair) => pair.ours.perSecond)) / 2));
  const paced: PacedLoad = { kind: 'paced', seconds: pace.pacedSeconds, perSecond: pacedPerSecond };
  const [floorPaced, oursPaced] = [await run(floor, paced), await run(ours, paced)];
  const failed = [...rounds.flatMap((pair) => [pair.floor, pair.ours]), floorPaced, oursPaced].reduce((sum, result) => sum + result.failed, 0);
  return { floor: rounds.map((pair) => pair.floor), ours: rounds.map((pair) => pair.ours), pacedPerSecond, floorPaced, oursPaced, failed };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
