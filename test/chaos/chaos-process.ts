import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

const readyWithinMs = 150_000;

export interface ProcessPlan {
  /** Absolute path of the program. */
  readonly main: string;
  readonly args?: readonly string[];
  /** Files that are loaded before it, by URL. */
  readonly preloads?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** One of our processes, as production runs it. It ends with us: it watches its IPC channel. */
export class ChaosProcess {
  /** It has said that it works. */
  isReady = false;

  private constructor(private readonly child: ChildProcess, readonly plan: ProcessPlan) {
    child.once('message', () => { this.isReady = true; });
  }

  static spawn(plan: ProcessPlan): ChaosProcess {
    const log = openSync(plan.logFile, 'a');
    const child = fork(plan.main, [...(plan.args ?? [])], {
      env: { PATH: '/usr/bin:/bin', ...plan.environment },
      execArgv: (plan.preloads ?? []).flatMap((url) => ['--import', url]),
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    return new ChaosProcess(child, plan);
  }

  static async start(plan: ProcessPlan): Promise<{ process: ChaosProcess; url: string }> {
    const process = ChaosProcess.spawn(plan);
    return { process, url: await process.ready() };
  }

  get isGone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get exited(): Promise<void> {
    return this.isGone ? Promise.resolve() : new Promise((gone) => this.child.once('exit', () => gone()));
  }

  /** Where it listens; empty for a worker. */
  ready(): Promise<string> {
    return new Promise((done, fail) => {
      const failed = (reason: string): void => fail(new Error(`${this.plan.main} ${reason}:\n${readFileSync(this.plan.logFile, 'utf8').slice(-4_000)}`));
      const timer = setTimeout(() => failed('was not ready in time'), readyWithinMs);
      this.child.once('exit', (code) => { clearTimeout(timer); failed(`ended with ${code}`); });
      this.child.once('message', (message) => { clearTimeout(timer); done((message as { url?: string }).url ?? ''); });
    });
  }

  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { exited } = this;
    this.child.kill(signal);
    return exited;
  }
}
