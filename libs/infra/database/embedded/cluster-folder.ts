import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, useExternalDatabase } from './embedded-postgres-error.js';
import type { Launcher } from './launcher.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { Account } from './run-program.js';

export const superuser = 'heliograph';

/** What lies in the folder of an embedded PostgreSQL. */
export interface ClusterFolder {
  readonly root: string;
  /** PostgreSQL's own data folder. */
  readonly cluster: string;
  /** The superuser's password, mode 0600. */
  readonly passwordFile: string;
  /** The port of the last start, to be the same next time. */
  readonly portFile: string;
  readonly logFile: string;
  /** Library links, when the package's own folder is read-only. */
  readonly libraries: string;
}

export function clusterFolder(root: string): ClusterFolder {
  const at = (name: string): string => join(root, name);
  return { root, cluster: at('cluster'), passwordFile: at('password'), portFile: at('port'), logFile: at('server.log'), libraries: at('lib') };
}

/** Makes the folder and gives it to PostgreSQL's account, also after somebody's `chown -R root`. */
export async function ownFolder(folder: ClusterFolder, account: Account | null): Promise<void> {
  try {
    await mkdir(folder.root, { recursive: true, mode: 0o700 });
    if (account) await giveTo(folder.root, account);
    await readdir(folder.root);
  } catch (cause) {
    throw new EmbeddedPostgresError(`The database folder ${folder.root} cannot be used (${String(cause)})`, 'Start Heliograph as the user it belongs to, or chown it.', { cause });
  }
  const owner = await stat(folder.cluster).catch(() => null);
  const wanted = account?.uid ?? process.getuid?.();
  if (owner && wanted !== undefined && owner.uid !== wanted) {
    throw new EmbeddedPostgresError(
      `The database in ${folder.cluster} belongs to another user (uid ${owner.uid}, not ${wanted})`,
      `Start Heliograph as that user, or run "chown -R ${wanted} ${folder.root}" as root.`,
    );
  }
}

async function giveTo(path: string, account: Account): Promise<void> {
  const { uid } = await stat(path);
  if (uid !== account.uid) await chown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true, recursive: uid !== account.uid })) {
    await lchown(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
}

/** A cluster that PostgreSQL can start: made when there is none, checked when there is one. @returns the superuser's password */
export async function prepareCluster(folder: ClusterFolder, binaries: PostgresBinaries, launcher: Launcher): Promise<string> {
  const isNew = !(await stat(folder.cluster).then(() => true, () => false));
  await removeUnfinished(folder);
  const password = await readPassword(folder, launcher.account, isNew);
  if (isNew) await initialise(folder, binaries, launcher);
  else await checkVersion(folder, launcher.majorVersion);
  return password;
}

/** Into a neighbour first: a cluster under its real name is always a whole one. */
async function initialise(folder: ClusterFolder, binaries: PostgresBinaries, launcher: Launcher): Promise<void> {
  const unfinished = `${folder.cluster}.new-${randomBytes(4).toString('hex')}`;
  const { code, output } = await launcher.run(binaries.initdb, [
    `--pgdata=${unfinished}`, `--username=${superuser}`, `--pwfile=${folder.passwordFile}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions',
  ]);
  if (code !== 0) {
    await removeUnfinished(folder);
    if (/could not look up effective user ID/.test(output)) {
      throw new EmbeddedPostgresError('PostgreSQL does not run as a user without an entry in /etc/passwd', `Start Heliograph as a user that has one, ${useExternalDatabase}`);
    }
    const reason = output.split('\n').find((line) => /error|fatal/i.test(line)) ?? output.slice(-300);
    throw new EmbeddedPostgresError(`The database could not be set up in ${folder.root} (${reason})`, 'Check free space and permissions of that folder, then start again.');
  }
  await rename(unfinished, folder.cluster);
}

async function removeUnfinished(folder: ClusterFolder): Promise<void> {
  const names = (await readdir(folder.root)).filter((name) => name.startsWith('cluster.new-'));
  for (const name of names) await rm(join(folder.root, name), { recursive: true, force: true });
}

async function readPassword(folder: ClusterFolder, account: Account | null, isNew: boolean): Promise<string> {
  const kept = await readFile(folder.passwordFile, 'utf8').catch(() => '');
  if (kept.trim()) return kept.trim();
  if (!isNew) {
    throw new EmbeddedPostgresError(
      `The database's password file ${folder.passwordFile} is missing`,
      `Bring it back from a backup, or move ${folder.root} away to begin with an empty database.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  const unfinished = `${folder.passwordFile}.new`;
  await writeFile(unfinished, `${password}\n`, { mode: 0o600, flush: true });
  if (account) await chown(unfinished, account.uid, account.gid);
  await rename(unfinished, folder.passwordFile);
  return password;
}

async function checkVersion(folder: ClusterFolder, ours: number): Promise<void> {
  const theirs = Number(await readFile(join(folder.cluster, 'PG_VERSION'), 'utf8').catch(() => ''));
  if (theirs === ours) return;
  if (!theirs) {
    throw new EmbeddedPostgresError(`The database folder ${folder.cluster} is damaged (no PG_VERSION)`, damagedRemedy(folder));
  }
  throw new EmbeddedPostgresError(
    `The database in ${folder.cluster} was made by PostgreSQL ${theirs}, and this release of Heliograph brings PostgreSQL ${ours}`,
    `Start the release that made it and dump the data (pg_dump), or move ${folder.root} away to begin with an empty database.`,
  );
}

export function damagedRemedy(folder: ClusterFolder): string {
  return `Bring it back from a backup, or move ${folder.root} away to begin with an empty database.`;
}
