import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { request as send, Pool } from 'undici';
import { finding, type BenchCheck } from '../harness/check.js';
import type { LoadGenerator } from '../harness/load-generator.js';
import type { LoadResult } from '../harness/load.js';
import { startApi } from '../harness/measure.js';
import type { Stage } from '../harness/row.js';
import { createPostRow } from '../rows/create-post.row.js';

/** The aim is 2, which not every run keeps (docs/benchmarks.md); with uploads written by libuv's pool it was 4 to 6. */
const atMost = 6;
const mostMegabytes = 400;
const uploads = 10;
const warmBytes = 10_000_000;
const perSecond = 50;
/** Of each upload: ten of them fill a line of 1 Gbit/s. */
const bytesPerSecond = 12_500_000;

/** What a crowd of large uploads does to everybody else: posts at a fixed rate without, then beside it. */
export const uploadsCheck: BenchCheck = {
  name: 'create posts beside ten uploads',
  async run(ground, generator, plan) {
    const isQuick = plan.rounds === 1;
    const [bytes, seconds] = isQuick ? [5_000_000, 2] : [300_000_000, 20];
    const stage = await ground.stage();
    const api = await startApi({ ...createPostRow, name: this.name }, stage, ground, { ...plan, profileDir: null });
    try {
      const paced = (): Promise<LoadResult> => load(generator, api.url, stage, seconds);
      await paced();
      // What is done for the first time costs once: the measured uploads are not the first ones.
      await Promise.all(Array.from({ length: uploads }, () => uploadAgain(api.url, stage, warmBytes, { isOver: true })));
      await ground.settle();
      const alone = await paced();
      const crowd = { isOver: false };
      const sending = Promise.all(Array.from({ length: uploads }, () => uploadAgain(api.url, stage, bytes, crowd)));
      const beside = await paced();
      crowd.isOver = true;
      const sent = (await sending).reduce((sum, count) => sum + count, 0);
      const ratio = beside.p99Ms / alone.p99Ms;
      const failed = alone.failed + beside.failed;
      const megabytes = (api.peakBytes() ?? 0) / 1_000_000;
      const text = `p99 ${beside.p99Ms.toFixed(1)} ms beside ${uploads} uploads of ${bytes / 1_000_000} MB at a time, ${bytesPerSecond / 1_000_000} MB/s each, ${alone.p99Ms.toFixed(1)} ms without: ${ratio.toFixed(2)} (${sent} uploads done, ${failed} posts failed, ${megabytes.toFixed(0)} MB of memory at most)`;
      const found = finding({ name: this.name, text, value: ratio, limit: atMost, isQuick });
      return failed === 0 && sent >= uploads && megabytes <= mostMegabytes ? found : { ...found, problems: [found.line] };
    } finally {
      await api.stop();
    }
  },
};

function load(generator: LoadGenerator, url: string, stage: Stage, seconds: number): Promise<LoadResult> {
  const headers = { authorization: `Bearer ${stage.apiKey}`, 'content-type': 'application/json' };
  return generator.run({ url, request: createPostRow.request(stage), headers, load: { kind: 'paced', seconds, perSecond } });
}

/** One upload after the other, so that there are always as many under way. @returns how many were completed */
async function uploadAgain(apiUrl: string, stage: Stage, bytes: number, crowd: { isOver: boolean }): Promise<number> {
  let count = 0;
  const pool = new Pool(new URL(apiUrl).origin, { connections: 1 });
  try {
    do {
      const { body } = await send(`${apiUrl}/api/uploads`, { method: 'POST', headers: { authorization: `Bearer ${stage.apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ size: bytes }) });
      const made = (await body.json()) as { upload_url?: string };
      if (!made.upload_url) throw new Error(`No upload: ${JSON.stringify(made)}`);
      const target = new URL(made.upload_url, apiUrl);
      const answer = await pool.request({ method: 'PUT', path: target.pathname + target.search, headers: { 'content-length': String(bytes) }, body: Readable.from(paced(bytes), { objectMode: false }) });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`The upload was answered ${answer.statusCode}: ${text}`);
      count += 1;
    } while (!crowd.isOver);
  } finally {
    await pool.destroy();
  }
  return count;
}

/** As many bytes, no faster than the line. */
async function* paced(bytes: number): AsyncGenerator<Buffer> {
  const chunk = randomBytes(256 * 1024);
  const begun = performance.now();
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    const ahead = (sent / bytesPerSecond) * 1000 - (performance.now() - begun);
    if (ahead > 1) await pause(ahead);
    yield chunk.subarray(0, Math.min(chunk.length, bytes - sent));
  }
}
