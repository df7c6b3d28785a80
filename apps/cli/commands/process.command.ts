import { fork } from 'node:child_process';
import { join } from 'node:path';
import { childEnvironment } from '#infra/config/child-environment';
import { readSettings, SettingsError, type Settings } from '#infra/config/settings';
import { dataFolder, openDataFolder } from '../installation/data-folder.js';
import { findEncryptionKeys } from '../installation/secrets.js';

export type StandaloneProcess = 'api' | 'worker' | 'sandbox';

/** One process in the foreground, against databases that somebody else runs. Its end is ours. */
export async function runProcess(root: string, name: StandaloneProcess): Promise<void> {
  const settings = name === 'sandbox' ? readSettings() : completeSettings(readSettings());
  if (name === 'sandbox') openDataFolder(settings.dataDir);
  const args = name === 'sandbox' ? ['--host', settings.host, '--port', String(settings.sandboxPort), '--data', dataFolder(settings.dataDir).sandbox] : [];
  // A session of its own: Ctrl-C reaches it once, through us, and not twice. Over IPC it notices when we are killed.
  const child = fork(join(root, 'dist/apps', name, 'main.js'), args, {
    env: childEnvironment(settings),
    execArgv: ['--enable-source-maps'],
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
