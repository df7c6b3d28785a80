import { execFile } from 'node:child_process';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackDebianPackages } from './debian-package.js';

const run = promisify(execFile);

/** An ffmpeg to run: from PATH, else Debian's own package unpacked below .cache/, behind a script that knows where its libraries lie. */
export async function findFfmpegBinary(): Promise<string> {
  const found = await run('/bin/sh', ['-c', 'command -v ffmpeg']).then(({ stdout }) => stdout.trim(), () => '');
  if (found) return found;
  const { root, libraries } = await unpackDebianPackages('ffmpeg', ['ffmpeg']).catch((cause: unknown) => {
    throw new Error('This test needs ffmpeg: install it (Debian: apt-get install ffmpeg).', { cause });
  });
  const script = join(root, 'ffmpeg-here');
  const fresh = `${script}-${process.pid}`;
  writeFileSync(fresh, `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(root, 'usr/bin/ffmpeg')}' "$@"\n`);
  chmodSync(fresh, 0o755);
  renameSync(fresh, script);
  return script;
}
