import { EmbeddedPostgresError, useExternalDatabase } from './embedded-postgres-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runProgram, type Account, type ProgramResult } from './run-program.js';

/** Runs PostgreSQL's programs as the account that may run them. */
export interface Launcher {
  readonly account: Account | null;
  /** Of the programs we bring, e.g. 18. */
  readonly majorVersion: number;
  run(command: string, args: readonly string[], timeoutMs?: number): Promise<ProgramResult>;
}

type Runner = Launcher['run'];

/**
 * The first way that works, tried out instead of computed (modes, ACLs and mounts all have a say).
 *
 * The account of a root start often cannot reach its files: a clone below /root, a 0700 parent. Then PostgreSQL gets one ambient
 * capability: to pass closed folders, and where the container withholds that, to override file permissions.
 * PostgreSQL asks with access(2), which ignores capabilities of other users than root unless `no_setuid_fixup` is set.
 */
export async function findLauncher(account: Account | null, folder: string, binaries: PostgresBinaries): Promise<Launcher> {
  const probe = ['-c', 'cd "$1" && [ -w . ] && exec "$2" --version', 'sh', folder, binaries.postgres];
  let lastOutput = '';
  for (const run of ways(account, binaries.env)) {
    const { code, output } = await run('/bin/sh', probe);
    const version = /PostgreSQL\) (\d+)/.exec(output)?.[1];
    if (code === 0 && version) return { account, majorVersion: Number(version), run };
    lastOutput = output;
  }
  throw account ? unreachable(account, folder, lastOutput) : unusable(binaries, lastOutput);
}

function ways(account: Account | null, env: Readonly<Record<string, string>>): Runner[] {
  const direct: Runner = (command, args, timeoutMs = 120_000) => runProgram(command, args, { account, env, timeoutMs });
  return account ? [direct, withCapability('dac_read_search', account, env), withCapability('dac_override', account, env)] : [direct];
}

function withCapability(capability: string, account: Account, env: Readonly<Record<string, string>>): Runner {
  const options = [
    `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`, '--no-new-privs', '--',
  ];
  return (command, args, timeoutMs = 120_000) => runProgram('setpriv', [...options, command, ...args], { env, timeoutMs });
}

function unreachable(account: Account, folder: string, output: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the account it would run as (uid ${account.uid}) cannot use ${folder} or its programs (${lastLine(output)})`,
    `Move Heliograph and its data to where other accounts may pass (chmod o+x the parent folders), start it as an ordinary user, ${useExternalDatabase}`,
  );
}

function unusable(binaries: PostgresBinaries, output: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The PostgreSQL program ${binaries.postgres} does not run here (${lastLine(output)})`,
    `It needs a Linux with glibc or macOS; run "npm ci" again there, ${useExternalDatabase}`,
  );
}

function lastLine(output: string): string {
  return output.split('\n').at(-1)?.trim() || 'no output';
}
