import { readSettings } from '#infra/config/settings';
import { applyMigrations } from '../../../prisma/migrate.js';
import { openDataFolder } from '../installation/data-folder.js';
import { withDatabase } from '../installation/local-database.js';
import { Steps } from '../terminal/steps.js';

export async function migrate(): Promise<void> {
  const settings = readSettings();
  const folder = openDataFolder(settings.dataDir);
  await withDatabase(settings, folder, 'migrate', (url) =>
    new Steps().run('Migrations', () => applyMigrations(url), (applied) => (applied.length > 0 ? applied.join(', ') : 'up to date')),
  );
}
