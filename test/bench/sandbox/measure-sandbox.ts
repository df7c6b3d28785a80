import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { SandboxApi } from '#testing/sandbox-api';
import { contest, median, type Measurement, type Pace } from '../harness/contest.js';
import type { LoadGenerator } from '../harness/load-generator.js';
import { ServerProcess } from '../harness/server-process.js';
import { type SandboxRow, sandboxRows, type SandboxStage } from './sandbox.rows.js';

const built = resolve(import.meta.dirname, '../../..');
const posts = 30;
/** What the sandbox must answer on one core, so that it is never what a bench of ours measures. */
const callsPerCoreSecond = 2_000;

/** The sandbox against bare node:http that gives the same answer. */
export async function measureSandbox(folder: string, generator: LoadGenerator, pace: Pace, isChosen: (row: { name: string }) => boolean): Promise<Measurement[]> {
  const rows = sandboxRows.filter(isChosen);
  if (rows.length === 0) return [];
  mkdirSync(folder, { recursive: true });
  const ours = await ServerProcess.start({ main: join(built, 'apps/sandbox/main.js'), args: ['--port', '0', '--data', join(folder, 'data')], logFile: join(folder, 'sandbox.log') });
  try {
    const { stage, token } = await furnish(ours.url);
    const measurements: Measurement[] = [];
    for (const row of rows) measurements.push(await measureRow(row, stage, token, { folder, ours }, generator, pace));
    return measurements;
  } finally {
    await ours.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns rows which need more than their share of a core; empty where the system does not tell processor time. */
export function tooSlow(measurements: readonly Measurement[]): string[] {
  return measurements.flatMap(({ row, ours }) => {
    const known = ours.map((round) => round.cpuMs).filter((cpuMs) => cpuMs !== null);
    const perSecond = 1_000 / median(known);
    return known.length > 0 && perSecond < callsPerCoreSecond ? [`${row}: ${perSecond.toFixed(0)} calls/s on one core, ${callsPerCoreSecond} are wanted`] : [];
  });
}

async function measureRow(row: SandboxRow, stage: SandboxStage, token: string, { folder, ours }: { folder: string; ours: ServerProcess }, generator: LoadGenerator, pace: Pace): Promise<Measurement> {
  const request = row.request(stage);
  const headers = { authorization: `Bearer ${token}`, ...(request.body ? { 'content-type': 'application/json' } : {}) };
  const example = await fetch(ours.url + request.path, { method: request.method, headers, ...(request.body ? { body: JSON.stringify(request.body) } : {}) });
  const answer = await example.text();
  if (!example.ok) throw new Error(`${row.name}: ${request.path} answered ${example.status}: ${answer}`);
  const floor = await ServerProcess.start({ main: join(built, 'test/bench/sandbox/floor.process.js'), args: [answer, join(folder, 'floor.jsonl')], logFile: join(folder, 'floor.log') });
  try {
    return { row: row.name, ...(await contest({ floor, ours, request, headers, settle: async () => undefined }, generator, pace)) };
  } finally {
    await floor.stop();
  }
}

/** An account with posts, made as any client makes them. */
async function furnish(url: string): Promise<{ stage: SandboxStage; token: string }> {
  const pictures = await LoopbackMediaHost.start();
  try {
    const picture = pictures.serve('/picture.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
    const control = new SandboxApi(() => url);
    const { user_id: userId, access_token: token } = await control.createAccount({ username: 'bench' });
    await control.settings(userId, { processing_ms: 0, permalink_delay_ms: 0, quota_total: posts });
    const call = async (edge: string, body: object): Promise<string> => {
      const response = await fetch(`${url}/v25.0/${userId}/${edge}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const answer = await response.text();
      if (!response.ok) throw new Error(`The sandbox refused POST /${edge}: ${answer}`);
      return (JSON.parse(answer) as { id: string }).id;
    };
    let mediaId = '';
    for (let index = 0; index < posts; index += 1) {
      const container = await call('media', { image_url: picture, caption: `Sunrise ${index} over the bay` });
      mediaId = await call('media_publish', { creation_id: container });
    }
    return { stage: { userId, mediaId }, token };
  } finally {
    await pictures.stop();
  }
}
