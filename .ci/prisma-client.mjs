// Generates the Prisma client from prisma/schema into libs/infra/database/generated. With --check it only tells whether that folder
// (or the one named) holds what generation gives. Generation happens in a folder of its own, so git and its state do not matter.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '..');
const output = 'libs/infra/database/generated';

function generate() {
  mkdirSync(join(project, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(project, '.cache/prisma-'));
  cpSync(join(project, 'prisma/schema'), join(folder, 'prisma/schema'), { recursive: true });
  const prisma = join(project, 'node_modules/prisma/build/index.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [prisma, 'generate', '--schema', join(folder, 'prisma/schema')], {
    cwd: project,
    encoding: 'utf8',
    // Generating a TypeScript client needs no native engine, but Prisma would download one unless a file is named.
    env: { PATH: '/usr/bin:/bin', PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  if (status !== 0) throw new Error(`prisma generate failed:\n${stdout}${stderr}`);
  return folder;
}

function differences(expected, actual) {
  const [wanted, found] = [expected, actual].map((root) => new Map(listFiles(root).map((name) => [name, readFileSync(join(root, name), 'utf8')])));
  return [...new Set([...wanted.keys(), ...found.keys()])].filter((name) => wanted.get(name) !== found.get(name)).sort();
}

function listFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function report(names, folder) {
  if (names.length === 0) return;
  const list = names.map((name) => `  ${name}`).join('\n');
  console.error(`The Prisma client is not what prisma/schema gives. Run "npm run generate". Different in ${folder}:\n${list}`);
  process.exitCode = 1;
}

const [mode, checked = output] = process.argv.slice(2);
const folder = generate();
try {
  if (mode === '--check') {
    report(differences(join(folder, output), resolve(project, checked)), checked);
  } else {
    rmSync(join(project, output), { recursive: true, force: true });
    cpSync(join(folder, output), join(project, output), { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
