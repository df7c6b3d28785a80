import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { clusterFolder, damagedRemedy, ownFolder, prepareCluster, superuser, type ClusterFolder } from './cluster-folder.js';
import { EmbeddedPostgresError, useExternalDatabase } from './embedded-postgres-error.js';
import { probePort } from './free-port.js';
import { findLauncher, type Launcher } from './launcher.js';
import { findPostmaster, stopLeftovers } from './leftovers.js';
import { prepareBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { lastComplaint, logSize, readLogSince, rotateLog } from './server-log.js';
import { accountForPostgres } from './system-account.js';

export interface EmbeddedPostgresOptions {
  /** Made when missing; belongs to this PostgreSQL alone. Whoever calls keeps two of us from using it at once. */
  readonly dataDir: string;
  /** A `native` folder of an @embedded-postgres package; default: the installed one. */
  readonly binaries?: string;
  /** Server settings on top of ours, e.g. `{ fsync: 'off' }` for tests. Values without quotes or spaces. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  readonly url: string;
  readonly port: number;
}

const databaseName = 'heliograph';

const serverSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/**
 * A real PostgreSQL from the programs npm brought, in a folder of its own, on 127.0.0.1 and with a random password.
 * It outlives us on purpose when we are killed: the next `start` stops it properly first.
 *
 * @throws EmbeddedPostgresError from `start`: a sentence with a remedy
 */
export class EmbeddedPostgres {
  private readonly folder: ClusterFolder;
  private installed: { binaries: PostgresBinaries; launcher: Launcher } | null = null;

  constructor(private readonly options: EmbeddedPostgresOptions) {
    this.folder = clusterFolder(resolve(options.dataDir));
  }

  get logFile(): string {
    return this.folder.logFile;
  }

  async start(): Promise<RunningPostgres> {
    const { binaries, launcher } = await this.install();
    const password = await prepareCluster(this.folder, binaries, launcher);
    await stopLeftovers(this.folder.cluster, binaries, launcher);
    const port = await this.startOnAPort(binaries, launcher);
    const urlOf = (database: string): string => `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}`;
    await createDatabase(urlOf('postgres'));
    return { url: urlOf(databaseName), port };
  }

  /** Ends sessions, writes everything out, returns when it is down, also when somebody else started it. */
  async stop(): Promise<void> {
    if (!(await this.isRunning())) return;
    const { binaries, launcher } = await this.install();
    const { code } = await launcher.run(binaries.pgCtl, ['stop', '-D', this.folder.cluster, '-m', 'fast', '-w', '-t', '30']);
    if (code !== 0) await stopLeftovers(this.folder.cluster, binaries, launcher);
  }

  async isRunning(): Promise<boolean> {
    return (await findPostmaster(this.folder.cluster)) !== null;
  }

  private async install(): Promise<{ binaries: PostgresBinaries; launcher: Launcher }> {
    if (this.installed) return this.installed;
    const account = await accountForPostgres(this.folder.cluster);
    const binaries = await prepareBinaries(this.options.binaries, this.folder.libraries);
    await ownFolder(this.folder, account);
    this.installed = { binaries, launcher: await findLauncher(account, this.folder.root, binaries) };
    return this.installed;
  }

  /** The port of last time when it is free. Between our look and PostgreSQL's own somebody may take it: then another one. */
  private async startOnAPort(binaries: PostgresBinaries, launcher: Launcher): Promise<number> {
    const kept = Number(await readFile(this.folder.portFile, 'utf8').catch(() => '0'));
    for (const wanted of [kept, 0, 0]) {
      const port = (await probePort(wanted)) ?? (await probePort(0));
      if (port === null) continue;
      if ((await this.launch(port, binaries, launcher)) === 'port taken') continue;
      await writeFile(this.folder.portFile, `${port}\n`, { mode: 0o600 });
      return port;
    }
    throw new EmbeddedPostgresError('The database found no free port on 127.0.0.1', `Free one, ${useExternalDatabase}`);
  }

  private async launch(port: number, binaries: PostgresBinaries, launcher: Launcher): Promise<'started' | 'port taken'> {
    await rotateLog(this.folder.logFile);
    const offset = await logSize(this.folder.logFile);
    const settings = Object.entries({ ...serverSettings, ...this.options.settings, port: String(port) }).map(([name, value]) => `-c ${name}='${value}'`);
    const { code, output } = await launcher.run(
      binaries.pgCtl,
      ['start', '-D', this.folder.cluster, '-w', '-t', '120', '-s', '-l', this.folder.logFile, '-o', settings.join(' ')],
      150_000,
    );
    if (code === 0) return 'started';
    const log = await readLogSince(this.folder.logFile, offset);
    if (/could not bind|could not create any TCP\/IP sockets/.test(log)) return 'port taken';
    const reason = lastComplaint(log) ?? lastComplaint(output) ?? 'no reason given';
    throw new EmbeddedPostgresError(`The database in ${this.folder.cluster} did not start: ${reason}`, `${damagedRemedy(this.folder)} Its log: ${this.folder.logFile}`);
  }
}

async function createDatabase(maintenanceUrl: string): Promise<void> {
  const client = new Client({ connectionString: maintenanceUrl });
  client.on('error', () => undefined); // a session that is cut shows in the next query
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (!rowCount) await client.query(`CREATE DATABASE ${databaseName}`);
  } catch (cause) {
    const remedy = 'If its password file was replaced, bring the old one back from a backup; else see the log beside it.';
    throw new EmbeddedPostgresError(`The embedded database does not let us in (${String(cause)})`, remedy, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}
