import { fork, type ChildProcess } from 'node:child_process';
import { nodeFlags } from '#infra/process/node-flags';
import { CliError } from '../terminal/cli-error.js';
import type { LogFile } from './log-file.js';
import { RestartBudget } from './restart-budget.js';

export interface ProcessSpec {
  /** e.g. `worker`. */
  readonly name: string;
  readonly modulePath: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: LogFile;
  /** How long it may take to finish what it is doing when asked to stop. */
  readonly graceMs: number;
  /** What has to be there before it may start again, e.g. the database. */
  readonly whenStartable?: () => Promise<void>;
}

export interface ProcessEvents {
  /** The set of running processes changed. */
  changed(): void;
  notice(sentence: string): void;
  /** It keeps dying. */
  gaveUp(error: CliError): void;
}

const readyWithinMs = 60_000;

/**
 * A child that is kept alive. Started in a session of its own, so that Ctrl-C in the terminal reaches only the supervisor, and over
 * IPC, so that it notices when the supervisor is gone.
 */
export class ManagedProcess {
  private child: ChildProcess | null = null;
  private isStopping = false;
  private readonly budget = new RestartBudget();

  constructor(readonly spec: ProcessSpec, private readonly events: ProcessEvents) {}

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** @returns the address it reports, if any, once it is ready */
  async start(): Promise<string | null> {
    const url = await this.spawn();
    this.child?.once('exit', (code, signal) => void this.revive(signal ?? `exit code ${code}`));
    return url;
  }

  /** Asks, waits, and in the end insists. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const child = this.child;
    if (!child || hasExited(child)) return;
    child.kill('SIGTERM');
    if (await exitWithin(child, this.spec.graceMs)) return;
    this.events.notice(`The ${this.spec.name} did not finish within ${this.spec.graceMs / 1000} s and was ended. What it was doing is taken up at the next start.`);
    this.kill();
    await exitWithin(child, 5_000);
  }

  kill(): void {
    this.isStopping = true;
    this.child?.kill('SIGKILL');
  }

  private spawn(): Promise<string | null> {
    const { name, modulePath, args = [], env, log } = this.spec;
    const child = fork(modulePath, [...args], {
      env: { ...env },
      execArgv: nodeFlags(name),
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
    });
    this.child = child;
    this.events.changed();
    return new Promise((resolve, reject) => {
      let isReadyNow = false;
      const fail = (what: string): void => {
        clearTimeout(timer);
        if (isReadyNow) return;
        const reason = log.lastComplaint();
        reject(new CliError(`The ${name} ${what}${reason ? `: ${reason}` : ''}. Its log: ${log.path}`));
      };
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail(`was not ready within ${readyWithinMs / 1000} s`);
      }, readyWithinMs);
      child.once('error', (error) => fail(`could not be started (${error.message})`));
      child.once('exit', (code, signal) => fail(`ended before it was ready (${signal ?? `exit code ${code}`})`));
      child.on('message', (message) => {
        if (!isReady(message)) return;
        isReadyNow = true;
        clearTimeout(timer);
        resolve(message.url ?? null);
      });
    });
  }

  private async revive(how: string): Promise<void> {
    if (this.isStopping) return;
    const wait = this.budget.spend();
    if (wait === null) {
      const reason = this.spec.log.lastComplaint();
      this.events.gaveUp(new CliError(`The ${this.spec.name} keeps ending (${how})${reason ? `: ${reason}` : ''}. Its log: ${this.spec.log.path}`));
      return;
    }
    this.events.notice(`The ${this.spec.name} ended unexpectedly (${how}) and is started again.`);
    await new Promise((resolve) => setTimeout(resolve, wait));
    await this.spec.whenStartable?.();
    if (this.isStopping) return;
    await this.start().catch(() => this.revive('not ready'));
  }
}

function isReady(message: unknown): message is { ready: true; url?: string } {
  return typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

function exitWithin(child: ChildProcess, milliseconds: number): Promise<boolean> {
  if (hasExited(child)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
