import { fork } from 'node:child_process';
import { join } from 'node:path';
import { childEnvironment } from '#infra/config/child-environment';
import { readSettings, SettingsError, type Settings } from '#infra/config/settings';
import { nodeFlags } from '#infra/process/node-flags';
import { dataFolder, openDataFolder } from '../installation/data-folder.js';
import { findEncryptionKeys } from '../installation/secrets.js';

export interface SandboxArguments {
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly publicUrl?: string;
  readonly control?: string;
}

/** One process in the foreground, against databases that somebody else runs. Its end is ours. */
export async function runProcess(root: string, name: 'api' | 'worker'): Promise<void> {
  await runInForeground(root, name, [], childEnvironment(completeSettings(readSettings())));
}

/** The sandbox reads no environment: what is set there becomes its arguments. */
export async function runSandbox(root: string, options: SandboxArguments): Promise<void> {
  const settings = readSettings();
  const folder = options.data ?? openDataFolder(settings.dataDir).sandbox;
  const args = [
    '--host', options.host ?? settings.host, '--port', options.port ?? String(settings.sandboxPort), '--data', folder,
    ...(options.publicUrl ? ['--public-url', options.publicUrl] : []),
    ...(options.control ? ['--control', options.control] : []),
  ];
  await runInForeground(root, 'sandbox', args, childEnvironment(settings));
}

async function runInForeground(root: string, name: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  // A session of its own: Ctrl-C reaches it once, through us, and not twice. Over IPC it notices when we are killed.
  const child = fork(join(root, 'dist/apps', name, 'main.js'), args, {
    env,
    execArgv: nodeFlags(name),
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** What `up` would provide has to be set here. */
function completeSettings(settings: Settings): Settings {
  const encryptionKeys = findEncryptionKeys(settings, dataFolder(settings.dataDir));
  const problems = [
    ...(settings.databaseUrl ? [] : ['DATABASE_URL must be set: the embedded database belongs to "heliograph up"']),
    ...(encryptionKeys.length > 0 ? [] : ['ENCRYPTION_KEYS must be set, to the same value for the api and every worker']),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  return { ...settings, encryptionKeys };
}
