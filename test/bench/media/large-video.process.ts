import { Judging, usage } from './judging.js';

/** Judges the file that it is told of once, after another one has warmed everything up. */
const [warmUp = '', path = ''] = process.argv.slice(2);
const judging = new Judging();
for (let round = 0; round < 5; round += 1) await judging.judge(warmUp, 'reel');
const before = usage();
const begun = performance.now();
await judging.judge(path, 'reel');
const ms = performance.now() - begun;
const after = usage();
await judging.end();
process.send?.({ ms, readBytes: after.readBytes - before.readBytes, grownBytes: after.peakBytes - before.peakBytes });
process.disconnect();
