import { rmSync } from 'node:fs';
import { EmbeddedPostgres, type RunningPostgres } from '#infra/database/embedded/embedded-postgres';
import type { DataFolder } from '../installation/data-folder.js';
import { writePrivateFile } from '../installation/private-file.js';
import { CliError } from '../terminal/cli-error.js';
import type { ProcessEvents } from './managed-process.js';
import { RestartBudget } from './restart-budget.js';

const lookEveryMs = 1_000;

/** The embedded database of `up`: its address is published for other commands, and it is started again when somebody kills it. */
export class KeptPostgres {
  private readonly postgres: EmbeddedPostgres;
  private readonly budget = new RestartBudget();
  private starting: Promise<RunningPostgres> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopping = false;

  constructor(private readonly folder: DataFolder, private readonly events: Omit<ProcessEvents, 'changed'>) {
    this.postgres = new EmbeddedPostgres({ dataDir: folder.postgres });
  }

  async start(): Promise<RunningPostgres> {
    rmSync(this.folder.databaseState, { force: true });
    this.starting = this.postgres.start();
    const running = await this.starting;
    writePrivateFile(this.folder.databaseState, `${JSON.stringify({ url: running.url })}\n`);
    this.timer = setTimeout(() => void this.look(running), lookEveryMs).unref();
    return running;
  }

  /** Resolves as soon as it runs, also when it is about to be started again; or when it is being stopped for good. */
  async whenRunning(): Promise<void> {
    while (!this.isStopping) {
      await this.starting?.catch(() => undefined);
      if (await this.postgres.isRunning()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Also when a start is under way. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.timer) clearTimeout(this.timer);
    if (!this.starting) return;
    await this.starting.catch(() => undefined);
    rmSync(this.folder.databaseState, { force: true });
    await this.postgres.stop();
  }

  private async look(known: RunningPostgres): Promise<void> {
    if (this.isStopping) return;
    if (await this.postgres.isRunning()) {
      this.timer = setTimeout(() => void this.look(known), lookEveryMs).unref();
      return;
    }
    if (!this.isStopping) await this.revive(known);
  }

  private async revive(known: RunningPostgres): Promise<void> {
    const wait = this.budget.spend();
    if (wait === null) return this.events.gaveUp(new CliError(`The embedded database keeps ending. Its log: ${this.postgres.logFile}`));
    this.events.notice('The embedded database ended unexpectedly and is started again.');
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (this.isStopping) return;
    try {
      const { url } = await this.start();
      if (url !== known.url) this.events.gaveUp(new CliError('The embedded database came back on another port, because its own was taken. Start Heliograph again.'));
    } catch (error) {
      if (!this.isStopping) this.events.gaveUp(error instanceof Error ? new CliError(error.message, { cause: error }) : new CliError(String(error)));
    }
  }
}
