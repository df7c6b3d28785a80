import { stat } from 'node:fs/promises';
import { EmbeddedPostgresError, useExternalDatabase } from './embedded-postgres-error.js';
import { runProgram, type Account } from './run-program.js';

/**
 * PostgreSQL refuses to run as root. As root we hand it to a system account: the one that owns the cluster already, else
 * `postgres` (made when missing), else `nobody`.
 *
 * @returns null when we are an ordinary user: PostgreSQL runs as we do
 */
export async function accountForPostgres(cluster: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(cluster).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await findAccount('postgres')) ?? (await createAccount('postgres')) ?? (await findAccount('nobody'));
  if (account) return account;
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and this machine has no account "postgres" and none could be made',
    `Run "useradd --system postgres", start Heliograph as an ordinary user, ${useExternalDatabase}`,
  );
}

async function findAccount(name: string): Promise<Account | null> {
  const [user, group] = await Promise.all([runProgram('id', ['-u', name]), runProgram('id', ['-g', name])]);
  if (user.code !== 0 || group.code !== 0) return null;
  const account = { uid: Number(user.output), gid: Number(group.output) };
  return account.uid > 0 ? account : null;
}

/** The result of `useradd` is not looked at: a neighbour may have made the account in between, and looking it up tells. */
async function createAccount(name: string): Promise<Account | null> {
  await runProgram('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
  return findAccount(name);
}
