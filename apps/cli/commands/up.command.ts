import { readSettings } from '#infra/config/settings';
import { openDataFolder } from '../installation/data-folder.js';
import { FolderLock } from '../installation/folder-lock.js';
import { StopSignals } from '../processes/stop-signals.js';
import { Supervisor } from '../processes/supervisor.js';
import { Steps } from '../terminal/steps.js';
import { formatSummary } from '../terminal/summary.js';

/**
 * The whole platform on this machine, until Ctrl-C.
 *
 * @throws a sentence when something cannot be started or kept running; everything is stopped by then
 */
export async function up(root: string): Promise<void> {
  const settings = readSettings();
  const folder = openDataFolder(settings.dataDir);
  const lock = FolderLock.acquire(folder.lock, 'up');
  const signals = new StopSignals();
  const steps = new Steps();
  const supervisor = new Supervisor(root, settings, folder, steps);
  signals.whenForced(() => supervisor.force());
  try {
    const starting = supervisor.start();
    starting.catch(() => undefined); // a start that is cut short by Ctrl-C fails later, and nobody needs to know why
    const summary = await Promise.race([starting, supervisor.failure, signals.requested]);
    if (summary) {
      console.log(formatSummary(summary));
      await Promise.race([supervisor.failure, signals.requested]);
    }
  } finally {
    if (signals.wereSent) steps.note('');
    await supervisor.stop();
    lock.release();
  }
}
