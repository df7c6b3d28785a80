import { spawn } from 'node:child_process';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  /** null: killed by a signal, by our time limit, or never started. */
  readonly code: number | null;
  /** Standard output and error together, trimmed. */
  readonly output: string;
}

interface RunOptions {
  /** Only root may name one. */
  readonly account?: Account | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Nothing of the caller's environment reaches PostgreSQL: a stray PGDATA or LC_ALL must not change what it does. */
const plainEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/** Runs to the end and never throws. In a session of its own, so that Ctrl-C in the terminal does not hit it. */
export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      env: { ...plainEnvironment, ...options.env },
      ...(options.account ? { uid: options.account.uid, gid: options.account.gid } : {}),
    });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString('utf8'));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}
