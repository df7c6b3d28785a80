import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeJpeg, makePng, pattern } from '#testing/media/make-image';
import { askProcess } from '../harness/ask-process.js';
import { finding, type BenchCheck } from '../harness/check.js';
import { median } from '../harness/contest.js';

const wanted = 0.7;

/** Pictures as they are posted, of every kind that is published; each judged alone, from the file to the verdict. */
export const imagesCheck: BenchCheck = {
  name: 'judge pictures',
  async run({ folder: root }, _generator, plan) {
    const folder = join(root, 'pictures');
    mkdirSync(folder, { recursive: true });
    const paths = await makePictures(folder);
    const rounds = plan.rounds === 1 ? 5 : 400;
    const measured = await askProcess<{ bare: number; ours: number }[]>(join(import.meta.dirname, 'images.process.js'), [String(rounds), ...paths]);
    const [bare, ours] = [median(measured.map((round) => round.bare)), median(measured.map((round) => round.ours))];
    const ratio = median(measured.map((round) => round.bare / round.ours));
    const text = `${ratio.toFixed(2)} of sharp().metadata() (${bare.toFixed(3)} ms a picture, ours ${ours.toFixed(3)} ms)`;
    return finding({ name: this.name, text, value: -ratio, limit: -wanted, isQuick: plan.rounds === 1 });
  },
};

async function makePictures(folder: string): Promise<string[]> {
  const pictures = {
    'square.jpg': await makeJpeg({ width: 1080, height: 1080 }),
    'portrait.jpg': await makeJpeg({ width: 1080, height: 1350, quality: 95, seed: 1 }),
    'wide.jpg': await makeJpeg({ width: 1440, height: 800, seed: 2 }),
    'camera.jpg': await pattern({ width: 4000, height: 3000, seed: 3 }).withExif({ IFD0: { Orientation: '6' } }).jpeg({ quality: 90, mozjpeg: false }).toBuffer(),
    'progressive.jpg': await pattern({ width: 1080, height: 1080, seed: 4 }).jpeg({ progressive: true }).toBuffer(),
    'picture.png': await makePng({ width: 1080, height: 1080, seed: 5 }),
  };
  const paths: string[] = [];
  for (const [name, bytes] of Object.entries(pictures)) {
    paths.push(join(folder, name));
    await writeFile(join(folder, name), bytes);
  }
  return paths;
}
