import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SandboxApi } from './sandbox-api.js';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'dist/apps/sandbox/main.js');
const readyWithinMs = 60_000;

/**
 * The Instagram sandbox as a process of its own on a free port, as production runs it. It ends with us, however we end
 * (it watches its IPC channel). Its data folder outlives `kill` and `restart` and goes with `close`.
 */
export class TestSandbox extends SandboxApi {
  /** Stays the same over restarts. */
  url = '';
  private process: ChildProcess | null = null;

  private constructor(private readonly dataDir: string) {
    super(() => this.url);
  }

  static async start(): Promise<TestSandbox> {
    build();
    const sandbox = new TestSandbox(mkdtempSync(join(tmpdir(), 'heliograph-sandbox-')));
    await sandbox.run('0');
    return sandbox;
  }

  /** In order, like Ctrl-C, and the data with it. */
  async close(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** As the kernel kills: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** After `kill`: the same address, the same data. */
  async restart(): Promise<void> {
    await this.end('SIGTERM');
    await this.run(new URL(this.url).port);
  }

  private async run(port: string): Promise<void> {
    const child = spawn(process.execPath, [main, '--port', port, '--data', this.dataDir], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.process = child;
    this.url = await ready(child).catch(async (error: unknown) => {
      await this.end('SIGKILL');
      throw error;
    });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill(signal);
    await gone;
  }
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const timer = setTimeout(() => fail(new Error(`The sandbox was not ready within ${readyWithinMs / 1000} s. ${complaints}`)), readyWithinMs);
    child.once('exit', (code) => fail(new Error(`The sandbox ended with ${code} before it was ready. ${complaints}`)));
    child.once('message', (message: { url?: unknown }) => {
      clearTimeout(timer);
      if (typeof message.url === 'string') done(message.url);
      else fail(new Error(`The sandbox said ${JSON.stringify(message)} instead of its address`));
    });
  });
}

/** tsc writes .tsbuildinfo last, so with it the build is whole. Type errors elsewhere do not matter here: it emits all the same. */
function build(): void {
  if (existsSync(main) && existsSync(join(root, 'dist/.tsbuildinfo'))) return;
  spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'ignore' });
  if (!existsSync(main)) throw new Error('dist/apps/sandbox/main.js could not be built. Run: npx tsc -p tsconfig.build.json');
}
