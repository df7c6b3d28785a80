import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ServerOptions {
  /** Absolute path of the program. It sends `{ url }` when it listens and ends when its IPC channel does. */
  readonly main: string;
  readonly args?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Logs go to a file, as in production, and not through us. */
  readonly logFile: string;
}

const readyWithinMs = 30_000;

/** A server under load, in a process of its own. */
export class ServerProcess {
  private constructor(private readonly child: ChildProcess, readonly url: string) {}

  static async start(options: ServerOptions): Promise<ServerProcess> {
    const log = openSync(options.logFile, 'a');
    const child = fork(options.main, [...(options.args ?? [])], {
      env: { PATH: '/usr/bin:/bin', ...options.environment },
      execArgv: [...(options.nodeOptions ?? [])],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    try {
      return new ServerProcess(child, await readyUrl(child, options));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Seconds of processor time so far, all threads; null where there is no /proc. */
  cpuSeconds(): number | null {
    try {
      const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return null;
    }
  }

  /** The most memory it has held so far; null where there is no /proc. */
  peakBytes(): number | null {
    try {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1]) * 1024;
    } catch {
      return null;
    }
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Without a word, as a machine that loses its power. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise<void>((done) => this.child.once('exit', () => done()));
    this.child.kill(signal);
    await gone;
  }
}

function readyUrl(child: ChildProcess, { main, logFile }: ServerOptions): Promise<string> {
  return new Promise((done, fail) => {
    const failed = (reason: string): void => fail(new Error(`${main} ${reason}:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`));
    const timer = setTimeout(() => failed('was not ready in time'), readyWithinMs);
    child.once('exit', (code) => { clearTimeout(timer); failed(`ended with ${code}`); });
    child.once('message', (message) => { clearTimeout(timer); done((message as { url: string }).url); });
  });
}
