import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { probePort } from '#infra/database/embedded/free-port';
import { requireAgreement } from './agreement.js';
import type { BenchGround } from './ground.js';
import type { LoadResult, PacedLoad, SaturatingLoad } from './load.js';
import type { LoadGenerator } from './load-generator.js';
import type { BenchRow, Stage } from './row.js';
import { ServerProcess } from './server-process.js';

export interface Plan {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly roundSeconds: number;
  readonly pacedSeconds: number;
  readonly connections: number;
  /** Where the API process leaves a .cpuprofile; null: nowhere. */
  readonly profileDir: string | null;
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

const built = resolve(import.meta.dirname, '../../..');

/** Floor and ours in turns, so that whatever else the machine does meets both. */
export async function measure(row: BenchRow, ground: BenchGround, generator: LoadGenerator, plan: Plan): Promise<Measurement> {
  const stage = await ground.stage();
  const floor = await startFloor(row, stage, ground);
  const ours = await startApi(row, stage, ground, plan).catch((error: unknown) => floor.stop().then(() => { throw error; }));
  try {
    const request = row.request(stage);
    const headers = { authorization: `Bearer ${stage.apiKey}`, ...(request.body ? { 'content-type': 'application/json' } : {}) };
    await requireAgreement(row, stage, headers, { ours: ours.url, floor: floor.url });
    const run = (server: ServerProcess, load: SaturatingLoad | PacedLoad): Promise<LoadResult> => generator.run({ url: server.url, request, headers, load });
    const round = async (server: ServerProcess): Promise<Round> => {
      const before = server.cpuSeconds();
      const result = await run(server, { kind: 'saturating', seconds: plan.roundSeconds, connections: plan.connections });
      const after = server.cpuSeconds();
      return { ...result, cpuMs: before === null || after === null ? null : ((after - before) * 1000) / Math.max(1, result.answered) };
    };
    for (const server of [floor, ours]) await run(server, { kind: 'saturating', seconds: plan.warmUpSeconds, connections: plan.connections });
    await ground.settle();
    const rounds: { floor: Round; ours: Round }[] = [];
    while (rounds.length < plan.rounds) rounds.push({ floor: await round(floor), ours: await round(ours) });
    const pacedPerSecond = Math.max(1, Math.round(median(rounds.map((pair) => pair.ours.perSecond)) / 2));
    const paced: PacedLoad = { kind: 'paced', seconds: plan.pacedSeconds, perSecond: pacedPerSecond };
    const [floorPaced, oursPaced] = [await run(floor, paced), await run(ours, paced)];
    const failed = [...rounds.flatMap((pair) => [pair.floor, pair.ours]), floorPaced, oursPaced].reduce((sum, result) => sum + result.failed, 0);
    return { row: row.name, floor: rounds.map((pair) => pair.floor), ours: rounds.map((pair) => pair.ours), pacedPerSecond, floorPaced, oursPaced, failed };
  } finally {
    await Promise.all([ours.stop(), floor.stop()]);
  }
}

function startFloor(row: BenchRow, stage: Stage, { folder }: BenchGround): Promise<ServerProcess> {
  return ServerProcess.start({ main: join(built, 'test/bench/floor/main.js'), args: [row.name, JSON.stringify(stage)], logFile: join(folder, 'floor.log') });
}

async function startApi(row: BenchRow, stage: Stage, ground: BenchGround, { profileDir }: Plan): Promise<ServerProcess> {
  if (profileDir) mkdirSync(profileDir, { recursive: true });
  return ServerProcess.start({
    main: join(built, 'apps/api/main.js'),
    nodeOptions: [
      ...(row.preload ? ['--import', pathToFileURL(join(built, 'test/bench', row.preload)).href] : []),
      ...(profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${row.name.replace(/\W+/g, '-')}.cpuprofile`] : []),
    ],
    // Defaults otherwise, logging included: what is measured is what an installation runs.
    environment: {
      HOST: '127.0.0.1',
      PORT: String(await probePort(0)),
      DATABASE_URL: stage.databaseUrl,
      HELIOGRAPH_DATA: join(stage.floorDir, 'ours'),
      ENCRYPTION_KEYS: ground.encryptionKeys,
      EGRESS_ALLOW: '127.0.0.0/8',
    },
    logFile: join(ground.folder, 'api.log'),
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
