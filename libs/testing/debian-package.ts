import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = resolve(import.meta.dirname, '../../.cache');

/** Generous: a mirror may be slow. What takes longer is not coming. */
const limits = { listsMs: 120_000, planMs: 30_000, downloadMs: 240_000, unpackMs: 60_000 };
const patience = ['-o', 'Acquire::http::Timeout=30', '-o', 'Acquire::Retries=2'];

export interface UnpackedPackages {
  readonly root: string;
  /** For LD_LIBRARY_PATH: where the libraries lie. */
  readonly libraries: string;
}

/**
 * Debian's own packages with all they need that this machine has not, unpacked once below .cache/. Unpacked and not installed, because
 * that needs no root, changes nothing on the machine and starts no service.
 */
export async function unpackDebianPackages(name: string, packages: readonly [string, ...string[]]): Promise<UnpackedPackages> {
  const root = join(cache, name);
  if (!existsSync(root)) await unpack(root, packages);
  return { root, libraries: libraryFolders(root).join(':') };
}

async function unpack(root: string, packages: readonly [string, ...string[]]): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, `${basename(root)}-new-`));
  try {
    await download(folder, packages);
    for (const file of debFiles(folder)) await run('dpkg', ['-x', file, 'root'], { cwd: folder, timeout: limits.unpackMs });
    putInPlace(join(folder, 'root'), root);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A neighbour may have been quicker; theirs is as good. */
function putInPlace(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

async function download(folder: string, packages: readonly [string, ...string[]]): Promise<void> {
  const isListed = await run('apt-cache', ['policy', packages[0]], { timeout: limits.planMs }).then(({ stdout }) => /Candidate: \d/.test(stdout), () => false);
  if (isListed && (await fetchPackages(folder, packages, []).then(() => true, () => false))) return;
  // Fresh images have no package lists, and old lists name versions the mirror no longer has. Lists of our own need no root either.
  await fetchPackages(folder, packages, await freshLists(folder));
}

async function fetchPackages(folder: string, packages: readonly string[], lists: readonly string[]): Promise<void> {
  const options = [...patience, '-o', 'Debug::NoLocking=1', ...lists];
  const plan = await run('apt-get', [...options, 'install', '--simulate', '--no-install-recommends', ...packages], { timeout: limits.planMs });
  const missing = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
  await run('apt-get', [...options, 'download', ...missing], { cwd: folder, timeout: limits.downloadMs });
}

async function freshLists(folder: string): Promise<string[]> {
  const [lists, archives] = [join(folder, 'lists'), join(folder, 'archives')];
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(archives, 'archives/partial'), { recursive: true });
  const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${archives}`, '-o', 'APT::Sandbox::User='];
  await run('apt-get', [...patience, '-o', 'Debug::NoLocking=1', ...own, 'update'], { timeout: limits.listsMs });
  return own;
}

function debFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.deb'));
}

/** Also one level further down: libpulse keeps half of itself in a folder of its own. */
function libraryFolders(root: string): string[] {
  const bases = ['usr/lib', 'lib'].map((path) => join(root, path)).filter((path) => existsSync(path));
  const triplets = bases.flatMap((base) => subfolders(base).filter((path) => basename(path).includes('-linux-')));
  return [...triplets, ...triplets.flatMap(subfolders)].filter((path) => readdirSync(path).some((name) => /\.so(\.|$)/.test(name)));
}

function subfolders(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name)).filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}
