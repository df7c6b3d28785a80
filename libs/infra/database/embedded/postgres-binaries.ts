import { chmod, lstat, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { EmbeddedPostgresError, useExternalDatabase } from './embedded-postgres-error.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** What the programs need to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The programs that npm brought, ready to run. A package cannot hold symbolic links; its install script would make them, but
 * install scripts are off here (.npmrc), so we make what is missing.
 *
 * @param native the package's `native` folder; default: the installed package of this platform
 * @param spareFolder where links go when the package's own folder is read-only (an image that runs as another user)
 */
export async function prepareBinaries(native: string | undefined, spareFolder: string): Promise<PostgresBinaries> {
  const root = native ?? findNativeFolder();
  const [initdb, pgCtl, postgres] = ['initdb', 'pg_ctl', 'postgres'].map((name) => join(root, 'bin', name)) as [string, string, string];
  await Promise.all([initdb, pgCtl, postgres].map(makeExecutable));
  const env = await linkLibraries(root, spareFolder);
  return { initdb, pgCtl, postgres, env };
}

function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // From the place of embedded-postgres: strict package managers show a package only to the one that depends on it.
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    return resolve(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The PostgreSQL programs for this machine (${name}) are not installed`,
      `Run "npm ci" without --omit=optional, ${useExternalDatabase}`,
      { cause },
    );
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  } catch (cause) {
    throw new EmbeddedPostgresError(`${file} is missing or not executable`, `Run "npm ci" again as its owner, ${useExternalDatabase}`, { cause });
  }
}

interface LibraryLink {
  readonly path: string;
  /** The file it stands for. */
  readonly target: string;
}

async function linkLibraries(root: string, spareFolder: string): Promise<Readonly<Record<string, string>>> {
  const missing: LibraryLink[] = [];
  for (const link of await declaredLinks(root)) {
    if (!(await exists(link.path))) missing.push(link);
  }
  try {
    for (const { path, target } of missing) await linkOnce(relative(dirname(path), target), path);
    return {};
  } catch {
    await mkdir(spareFolder, { recursive: true, mode: 0o755 });
    for (const { path, target } of missing) await linkOnce(target, join(spareFolder, basename(path)));
    // With the folder that cannot be written: the linked libraries need their unlinked neighbours there.
    const search = `${spareFolder}:${join(root, 'lib')}`;
    return { LD_LIBRARY_PATH: search, DYLD_LIBRARY_PATH: search };
  }
}

/** The list is written from the package's folder: `native/lib/libpq.so.5.18`. */
async function declaredLinks(root: string): Promise<LibraryLink[]> {
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const entries: unknown = JSON.parse(text);
  const place = (path: string): string => join(root, path.replace(/^native\//, ''));
  return Array.isArray(entries) ? entries.filter(isEntry).map(({ source, target }) => ({ path: place(target), target: place(source) })) : [];
}

function isEntry(value: unknown): value is { source: string; target: string } {
  return typeof value === 'object' && value !== null && 'source' in value && typeof value.source === 'string' && 'target' in value && typeof value.target === 'string';
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(() => true, () => false);
}

/** Two starters may link at the same moment; the link is the same. */
async function linkOnce(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
