import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const readyWithinMs = 90_000;

/** One of our processes from dist/, as production runs it. It ends with us: it watches its IPC channel. */
export class TestProcess {
  private child: ChildProcess | null = null;
  private output = '';

  constructor(
    private readonly main: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  async start(): Promise<void> {
    const child = fork(resolve(root, 'dist', this.main), [], {
      env: { PATH: '/usr/bin:/bin', ...this.environment },
      // The test runner's own flags would make plain node look for sources.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-5_000_000)));
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`${this.main} was not ready in time:\n${this.output}`)), readyWithinMs);
      child.once('message', () => { clearTimeout(timer); done(); });
      child.once('exit', (code) => { clearTimeout(timer); fail(new Error(`${this.main} ended with ${code}:\n${this.output}`)); });
    });
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** What it has logged so far. */
  get log(): string {
    return this.output;
  }

  stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** As the kernel kills: no goodbye. */
  kill(): Promise<number | null> {
    return this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    child.kill(signal);
    return gone;
  }
}
