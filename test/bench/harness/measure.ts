import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { probePort } from '#infra/database/embedded/free-port';
import { requireAgreement } from './agreement.js';
import { contest, type Measurement, type Pace } from './contest.js';
import type { BenchGround } from './ground.js';
import type { LoadGenerator } from './load-generator.js';
import type { BenchRow, Stage } from './row.js';
import { ServerProcess } from './server-process.js';

export interface Plan extends Pace {
  /** Where the API process leaves a .cpuprofile; null: nowhere. */
  readonly profileDir: string | null;
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
    return { row: row.name, ...(await contest({ floor, ours, request, headers, settle: () => ground.settle() }, generator, plan)) };
  } finally {
    await Promise.all([ours.stop(), floor.stop()]);
  }
}

function startFloor(row: BenchRow, stage: Stage, { folder }: BenchGround): Promise<ServerProcess> {
  return ServerProcess.start({ main: join(built, 'test/bench/floor/main.js'), args: [row.name, JSON.stringify(stage)], logFile: join(folder, 'floor.log') });
}

/** Ours, as an installation runs it. */
export async function startApi(row: Pick<BenchRow, 'name' | 'preload'>, stage: Stage, ground: BenchGround, { profileDir }: Plan): Promise<ServerProcess> {
  if (profileDir) mkdirSync(profileDir, { recursive: true });
  return ServerProcess.start({
    main: join(built, 'apps/api/main.js'),
    nodeOptions: [
      ...(row.preload ? ['--import', pathToFileURL(join(built, 'test/bench', row.preload)).href] : []),
      ...(profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${row.name.replace(/\W+/g, '-')}.cpuprofile`] : []),
    ],
    // Defaults otherwise, logging and the rate limit included: what is measured is what an installation runs.
    environment: {
      HOST: '127.0.0.1',
      PORT: String(await probePort(0)),
      DATABASE_URL: stage.databaseUrl,
      HELIOGRAPH_DATA: join(stage.floorDir, 'ours'),
      ENCRYPTION_KEYS: ground.encryptionKeys,
      EGRESS_ALLOW: '127.0.0.0/8',
      // Counted as ever, and never reached.
      API_RATE_LIMIT: '1000000000',
    },
    logFile: join(ground.folder, 'api.log'),
  });
}
