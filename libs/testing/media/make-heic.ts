import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackDebianPackages } from '../debian-package.js';

const run = promisify(execFile);

/** A real HEIC of a picture (PNG or JPEG), by heif-enc: from PATH, else Debian's own package unpacked below .cache/. */
export async function makeHeic(picture: Uint8Array): Promise<Buffer> {
  const { command, libraries } = await findEncoder();
  const folder = await mkdtemp(join(tmpdir(), 'heic-'));
  try {
    const isJpeg = picture[0] === 0xff;
    const [source, target] = [join(folder, isJpeg ? 'picture.jpg' : 'picture.png'), join(folder, 'picture.heic')];
    await writeFile(source, picture);
    await run(command, ['-q', '90', '-o', target, source], { timeout: 60_000, env: { PATH: '/usr/bin:/bin', ...(libraries !== null && { LD_LIBRARY_PATH: libraries }) } });
    return await readFile(target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findEncoder(): Promise<{ command: string; libraries: string | null }> {
  const found = await run('/bin/sh', ['-c', 'command -v heif-enc']).then(({ stdout }) => stdout.trim(), () => '');
  if (found) return { command: found, libraries: null };
  const { root, libraries } = await unpackDebianPackages('libheif', ['libheif-examples']).catch((cause: unknown) => {
    throw new Error('This test needs heif-enc: install libheif-examples (Debian: apt-get install libheif-examples).', { cause });
  });
  return { command: join(root, 'usr/bin/heif-enc'), libraries };
}
