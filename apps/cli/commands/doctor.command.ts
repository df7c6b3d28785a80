import { readSettings, SettingsError, type Settings } from '#infra/config/settings';
import { checkApi, checkDatabase, checkKeys, checkNetwork, checkQueue, checkSecrets, checkStorage, checkVideo } from '../doctor/checks.js';
import { checkDelivery } from '../doctor/delivery/delivery.checks.js';
import { formatFinding, type Finding } from '../doctor/finding.js';
import { dataFolder } from '../installation/data-folder.js';
import { isUpRunning } from '../installation/key-file.js';
import { findEncryptionKeys } from '../installation/secrets.js';

/** Looks at everything an installation needs and says what to do about what is wrong. The exit code is 1 when something is. */
export async function doctor(): Promise<void> {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
    console.log(formatFinding(finding));
  };
  report({ state: 'ok', subject: 'Node.js', detail: process.versions.node });
  const settings = readOrReport(report);
  if (settings) await examineInstallation(settings, report);
  const failures = findings.filter(({ state }) => state === 'fail').length;
  const warnings = findings.filter(({ state }) => state === 'warn').length;
  console.log(failures + warnings === 0 ? '\n  All is well.' : `\n  ${failures} failed, ${warnings} to look at.`);
  process.exitCode = failures > 0 ? 1 : 0;
}

function readOrReport(report: (finding: Finding) => void): Settings | null {
  try {
    const settings = readSettings();
    report({ state: 'ok', subject: 'Settings', detail: 'complete and valid' });
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const problem of error.problems) report({ state: 'fail', subject: 'Settings', detail: problem, remedy: 'docs/configuration.md describes each setting.' });
    return null;
  }
}

async function examineInstallation(settings: Settings, report: (finding: Finding) => void): Promise<void> {
  const folder = dataFolder(settings.dataDir);
  const storage = await checkStorage(settings);
  report(storage);
  if (storage.state === 'fail') return;
  const isRunning = isUpRunning(folder);
  const keys = await checkKeys(settings, folder);
  report(keys);
  const database = await checkDatabase(settings, folder);
  report(database);
  if (database.state === 'ok') report(await checkSecrets(settings, folder));
  report(await checkQueue(settings));
  report(await checkNetwork(settings, isRunning));
  report(await checkApi(settings, isRunning));
  if (keys.state !== 'fail') for (const finding of await checkDelivery(settings, { keys: findEncryptionKeys(settings, folder), isRunning })) report(finding);
  report(await checkVideo(settings));
}
