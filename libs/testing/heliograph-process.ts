import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onOurDeath, type Watchdog } from './watchdog.js';

const root = resolve(import.meta.dirname, '../..');

export interface HeliographOptions {
  readonly dataDir: string;
  /** On top of any free ports. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line as a person runs it, in a process group of its own. */
export class HeliographProcess {
  output = '';
  private readonly ended: Promise<number | null>;
  private readonly watchdog: Watchdog;

  private constructor(private readonly child: ChildProcess, readonly options: HeliographOptions) {
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString('utf8'));
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.watchdog = onOurDeath('kill -TERM "$1"; sleep 10; kill -KILL "$1"', [String(child.pid)]);
    this.ended = new Promise((done) => {
      child.once('close', (code) => {
        this.watchdog.cancel();
        done(code);
      });
    });
  }

  static run(args: readonly string[], options: HeliographOptions): HeliographProcess {
    const child = spawn(process.execPath, [join(root, 'apps/cli/heliograph.mjs'), ...args], {
      cwd: root,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HELIOGRAPH_DATA: options.dataDir, PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'info', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    return new HeliographProcess(child, options);
  }

  /** `heliograph up`, ready. */
  static async up(options: HeliographOptions): Promise<HeliographProcess> {
    const process = HeliographProcess.run(['up'], options);
    await process.waitFor(/Ctrl-C stops everything/);
    return process;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** From the summary that `up` prints, e.g. `API` or `Sandbox`. */
  summary(name: string): string {
    const value = new RegExp(`^  ${name} +(\\S+)`, 'm').exec(this.output)?.[1];
    if (!value) throw new Error(`The summary has no ${name}:\n${this.output}`);
    return value;
  }

  get apiUrl(): string {
    return this.summary('API');
  }

  get apiKey(): string {
    return this.summary('API key');
  }

  /** What `up` runs, by name. */
  children(): { name: string; pid: number }[] {
    return JSON.parse(readFileSync(join(this.options.dataDir, 'processes.json'), 'utf8')) as { name: string; pid: number }[];
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  exit(): Promise<number | null> {
    return this.ended;
  }

  /** Ordered; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.ended;
  }

  async waitFor(pattern: RegExp, milliseconds = 60_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    let code: number | null | 'running' = 'running';
    void this.ended.then((exitCode) => (code = exitCode));
    while (!pattern.test(this.output)) {
      if (code !== 'running' || Date.now() > deadline) throw new Error(`Waited for ${String(pattern)}; the output (exit code ${String(code)}) was:\n${this.output}`);
      await new Promise((done) => setTimeout(done, 25));
    }
  }
}
