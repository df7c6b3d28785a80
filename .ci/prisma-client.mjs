// Generates the Prisma client from prisma/schema into libs/infra/database/generated. With --check it only tells whether that folder
// (or the one named) holds what generation gives. Generation happens in a folder of its own, so git and its state do not matter.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const output = 'libs/infra/database/generated';

function generate() {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/prisma-'));
  cpSync(join(root, 'prisma/schema'), join(folder, 'prisma/schema'), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--schema', join(folder, 'prisma/schema')], {
    cwd: root,
    encoding: 'utf8',
    // Generating a TypeScript client needs no native engine, but Prisma would download one unless a file is named.
    env: { PATH: '/usr/bin:/bin', PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  if (status !== 0) throw new Error(`prisma generate failed:\n${stdout}${stderr}`);
  return folder;
}

function differences(expected, actual) {
  const [wanted, found] = [expected, actual].map((folder) => new Map(listFiles(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
  return [...new Set([...wanted.keys(), ...found.keys()])].filter((name) => wanted.get(name) !== found.get(name)).sort();
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function report(names, folder) {
  if (names.length === 0) return;
  console.error(`The Prisma client is not what prisma/schema gives. Run "npm run generate". Different in ${folder}:\n${names.map((name) => `  ${name}`).join('\n')}`);
  process.exitCode = 1;
}

const [mode, checked = output] = process.argv.slice(2);
const folder = generate();
try {
  if (mode === '--check') {
    report(differences(join(folder, output), resolve(root, checked)), checked);
  } else {
    rmSync(join(root, output), { recursive: true, force: true });
    cpSync(join(folder, output), join(root, output), { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
