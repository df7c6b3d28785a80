import { join, relative } from 'node:path';
import { childEnvironment, withPorts } from '#infra/config/child-environment';
import type { Settings } from '#infra/config/settings';
import { applyMigrations } from '../../../prisma/migrate.js';
import type { DataFolder } from '../installation/data-folder.js';
import { ensureDemoAccount, type SandboxAccount } from '../installation/demo-account.js';
import { claimPort } from '../installation/ports.js';
import { ensureApiKey, ensureEncryptionKeys } from '../installation/secrets.js';
import { requireReadableSecrets } from '../installation/stored-secrets.js';
import { CliError } from '../terminal/cli-error.js';
import type { Steps } from '../terminal/steps.js';
import { paint } from '../terminal/style.js';
import type { Summary } from '../terminal/summary.js';
import { KeptPostgres } from './kept-postgres.js';
import { LogFile } from './log-file.js';
import { ManagedProcess } from './managed-process.js';
import { endLeftovers, forgetProcesses, recordProcesses } from './process-record.js';

const grace = { api: 10_000, worker: 25_000, sandbox: 5_000 } as const;
type ProcessName = keyof typeof grace;

/** Starts everything one installation consists of, keeps it running, and stops it in order. */
export class Supervisor {
  /** Rejects when something cannot be kept running. */
  readonly failure: Promise<never>;
  private fail: (error: CliError) => void = () => undefined;
  private readonly processes = new Map<ProcessName, ManagedProcess>();
  private readonly logs: LogFile[] = [];
  private postgres: KeptPostgres | null = null;

  constructor(private readonly root: string, private settings: Settings, private readonly folder: DataFolder, private readonly steps: Steps) {
    this.failure = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failure.catch(() => undefined); // also when nobody waits for it yet
  }

  async start(): Promise<Summary> {
    const begunAt = performance.now();
    await endLeftovers(this.folder.processState, grace.worker);
    await this.claimPorts();
    const accounts = import('#features/accounts/index'); // takes its time to load, while the database starts
    const [databaseUrl, demoAccount] = await Promise.all([this.startDatabase(), this.startSandbox(), accounts]);
    this.settings = { ...this.settings, databaseUrl, encryptionKeys: ensureEncryptionKeys(this.settings, this.folder) };
    await requireReadableSecrets(databaseUrl, this.settings.encryptionKeys);
    const apiKey = await this.bootstrap(await accounts, demoAccount);
    const [apiUrl] = await Promise.all([this.startProcess('api', 'API'), this.startProcess('worker', 'Worker')]);
    return this.summarise(apiUrl, apiKey, (performance.now() - begunAt) / 1000);
  }

  /** HTTP first, so that nothing new comes in; the worker finishes or parks its step; the database last. */
  async stop(): Promise<void> {
    for (const [name, title] of [['api', 'API'], ['worker', 'Worker'], ['sandbox', 'Sandbox']] as const) {
      const child = this.processes.get(name);
      if (child) await this.steps.run(`Stopping ${title}`, () => child.stop());
    }
    const { postgres } = this;
    if (postgres) await this.steps.run('Stopping database', () => postgres.stop());
    for (const log of this.logs) log.close();
    forgetProcesses(this.folder.processState);
  }

  /** For whoever cannot wait. The database still stops properly: that takes a moment only. */
  force(): void {
    for (const child of this.processes.values()) child.kill();
  }

  private get usesSandbox(): boolean {
    return this.settings.instagram.apiVersion === null;
  }

  private async claimPorts(): Promise<void> {
    const { port, sandboxPort, host } = this.settings;
    if (this.usesSandbox && port !== 0 && port === sandboxPort) throw new CliError(`PORT and SANDBOX_PORT are both ${port}. Give them different values.`);
    // The fixed one first: the system may offer its number for the free one, and the same free number twice.
    const sandbox = this.usesSandbox && sandboxPort !== 0 ? await claimPort('SANDBOX_PORT', sandboxPort, '127.0.0.1') : sandboxPort;
    const api = await claimPort('PORT', port, host, sandbox);
    await this.claimMetricsPorts();
    this.settings = withPorts(this.settings, api, this.usesSandbox && sandbox === 0 ? await claimPort('SANDBOX_PORT', 0, '127.0.0.1', api) : sandbox);
  }

  /** Looked at now, so that a clash is a sentence. Port 0 finds its own when the process starts. */
  private async claimMetricsPorts(): Promise<void> {
    const { host, port, workerPort } = this.settings.metrics;
    if (port && port === workerPort) throw new CliError(`METRICS_PORT and WORKER_METRICS_PORT are both ${port}. Give them different values: the API and the worker run side by side.`);
    for (const [name, wanted] of [['METRICS_PORT', port], ['WORKER_METRICS_PORT', workerPort]] as const) {
      if (!wanted) continue;
      if (wanted === this.settings.port || (this.usesSandbox && wanted === this.settings.sandboxPort)) throw new CliError(`${name} is ${wanted}, which is the API's or the sandbox's own port. Give it another value.`);
      await claimPort(name, wanted, host);
    }
  }

  private async startDatabase(): Promise<string> {
    const url = this.settings.databaseUrl ?? (await this.startPostgres());
    await this.steps.run('Migrations', () => applyMigrations(url), (applied) => (applied.length > 0 ? `${applied.length} applied` : 'up to date'));
    return url;
  }

  private async startPostgres(): Promise<string> {
    const postgres = new KeptPostgres(this.folder, this.events);
    this.postgres = postgres;
    return (await this.steps.run('Database', () => postgres.start(), ({ port }) => `embedded PostgreSQL on port ${port}`)).url;
  }

  private async startSandbox(): Promise<SandboxAccount | null> {
    if (!this.usesSandbox) return null;
    const args = ['--host', '127.0.0.1', '--port', String(this.settings.sandboxPort), '--data', this.folder.sandbox];
    return ensureDemoAccount(await this.startProcess('sandbox', 'Sandbox', args));
  }

  private bootstrap(accounts: typeof import('#features/accounts/index'), demoAccount: SandboxAccount | null): Promise<string> {
    return this.steps.run('Workspace, key and profile', async () => {
      const { databaseUrl, encryptionKeys } = this.settings;
      if (!databaseUrl) throw new Error('The database comes before the bootstrap');
      const apiKey = ensureApiKey(this.settings, this.folder, accounts.generateApiKey);
      const admin = accounts.openAccountsAdmin({ databaseUrl, encryptionKeys }, 'instagram');
      await admin.bootstrapInstallation({ apiKey, demoAccount }).finally(() => admin.close());
      return apiKey;
    });
  }

  /** @returns where it listens */
  private startProcess(name: ProcessName, title: string, args: readonly string[] = []): Promise<string> {
    const log = new LogFile(join(this.folder.logs, `${name}.log`), (line) => this.events.notice(`${name}: ${line}`));
    this.logs.push(log);
    const modulePath = join(this.root, 'dist/apps', name, 'main.js');
    const spec = { name, modulePath, args, env: childEnvironment(this.settings), log, graceMs: grace[name], whenStartable: async () => this.postgres?.whenRunning() };
    const child = new ManagedProcess(spec, this.events);
    this.processes.set(name, child);
    return this.steps.run(title, async () => {
      const url = await child.start();
      log.follow();
      return url ?? '';
    }, (url) => url);
  }

  private get events() {
    return {
      changed: () => recordProcesses(this.folder.processState, [...this.processes.values()]),
      notice: (sentence: string) => this.steps.note(`  ${paint('yellow', '!')} ${sentence}`),
      gaveUp: (error: CliError) => this.fail(error),
    };
  }

  private summarise(apiUrl: string, apiKey: string, seconds: number): Summary {
    const { settings, folder } = this;
    const database = new URL(settings.databaseUrl ?? 'postgresql://');
    return {
      apiUrl: apiUrl || `http://${settings.host}:${settings.port}`,
      sandboxUrl: this.usesSandbox ? `http://127.0.0.1:${settings.sandboxPort}` : null,
      database: `${this.postgres ? 'embedded PostgreSQL' : 'PostgreSQL'} at ${database.host}${database.pathname}`,
      queue: settings.redisUrl ? `Redis at ${new URL(settings.redisUrl).host}` : 'in PostgreSQL',
      dataDir: folder.path,
      logs: folder.logs,
      apiKey,
      picture: relative(process.cwd(), join(this.root, 'docs/first-post.jpg')) || 'docs/first-post.jpg',
      seconds,
    };
  }
}
