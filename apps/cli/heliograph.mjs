#!/usr/bin/env node
// Plain JavaScript, because it runs before anything is built: checks Node, builds when the sources are newer, starts the real program.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Heliograph needs Node.js 20.19 or newer; this is ${process.versions.node}. Get one at https://nodejs.org.`);
  process.exit(1);
}

const { buildWhenStale } = await import('./build-step.mjs');
if (!(await buildWhenStale(root))) process.exit(1);
if (process.argv[2] !== 'build') {
  const { runCli } = await import(new URL(`file://${join(root, 'dist/apps/cli/main.js')}`));
  await runCli(process.argv, root);
}
