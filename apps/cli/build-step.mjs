// Keeps dist/ current, so that nobody has to know about it. Plain JavaScript: see heliograph.mjs.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sources = ['apps', 'libs', 'prisma', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const ignored = /\.spec\.ts$|^testing$|^migrations$|\.sql$|\.prisma$/;

/** @returns false when the build failed; the compiler has said why */
export async function buildWhenStale(root) {
  // An image ships dist/ and no sources.
  if (!existsSync(join(root, 'tsconfig.build.json'))) return true;
  const stamp = join(root, 'dist/.built');
  if (existsSync(stamp) && newest(root) <= statSync(stamp).mtimeMs) return true;
  const begun = new Date();
  const succeeded = await build(root);
  if (!succeeded) return false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, '');
  // What was saved while the compiler ran counts as newer.
  utimesSync(stamp, begun, begun);
  return true;
}

function newest(root) {
  return Math.max(...sources.map((name) => newestBelow(join(root, name))));
}

/** Folders count too: their time changes when a file goes. */
function newestBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const entries = readdirSync(path).filter((name) => !ignored.test(name));
  return Math.max(stats.mtimeMs, ...entries.map((name) => newestBelow(join(path, name))));
}

async function build(root) {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) {
    console.error('The dependencies are missing. Run "npm ci" first.');
    return false;
  }
  const show = progress('Building');
  const child = spawn(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--pretty', 'false'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  show(code === 0);
  if (code !== 0) console.error(`${output}\nThe build failed. If these are not changes of yours, run "npm ci" and try again.`);
  return code === 0;
}

function progress(title) {
  const begun = Date.now();
  process.stdout.write(`  · ${title} …${process.stdout.isTTY ? '' : '\n'}`);
  return (succeeded) => {
    const line = `  ${succeeded ? '✓' : '✗'} ${title} ${((Date.now() - begun) / 1000).toFixed(1)} s\n`;
    process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${line}` : line);
  };
}
