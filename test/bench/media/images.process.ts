import sharp from 'sharp';
import { Judging } from './judging.js';

/** Every file once by `sharp().metadata()` and once by us, in turns, for as many rounds. Sends ms per file of both. */
const [rounds = '1', ...paths] = process.argv.slice(2);
const judging = new Judging();

async function timed(work: (path: string) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  for (const path of paths) await work(path);
  return (performance.now() - begun) / paths.length;
}

const bare = (path: string): Promise<unknown> => sharp(path).metadata();
const ours = (path: string): Promise<unknown> => judging.judge(path, 'post');
const warmUp = Math.min(100, Number(rounds));
for (let round = 0; round < warmUp; round += 1) {
  await timed(bare);
  await timed(ours);
}
const measured: { bare: number; ours: number }[] = [];
while (measured.length < Number(rounds)) measured.push({ bare: await timed(bare), ours: await timed(ours) });
await judging.end();
process.send?.(measured);
process.disconnect();
