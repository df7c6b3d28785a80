import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Settings } from '#infra/config/settings';
import { redisQueueBackend } from '#infra/queue/queue-backend';
import { pendingMigrations } from '../../../prisma/migrate.js';
import { openDataFolder, type DataFolder } from '../installation/data-folder.js';
import { withDatabase } from '../installation/local-database.js';
import { findEncryptionKeys } from '../installation/secrets.js';
import { requireReadableSecrets } from '../installation/stored-secrets.js';
import { examine, type Finding } from './finding.js';

const gigabyte = 1024 ** 3;

export function checkStorage(settings: Settings): Promise<Finding> {
  return examine('Storage', 'Choose another folder with HELIOGRAPH_DATA, or make this one yours.', async () => {
    const folder = openDataFolder(settings.dataDir);
    const media = join(folder.path, 'media');
    mkdirSync(media, { recursive: true, mode: 0o700 });
    const probe = mkdtempSync(join(media, 'doctor-'));
    writeFileSync(join(probe, 'probe'), 'probe');
    rmSync(probe, { recursive: true });
    const { bavail, bsize } = statfsSync(folder.path);
    const free = (bavail * bsize) / gigabyte;
    const detail = `${folder.path} is writable, ${free.toFixed(1)} GB free`;
    return free > 1 ? { state: 'ok', detail } : { state: 'warn', detail, remedy: 'Free some space: videos are stored before they are published.' };
  });
}

export function checkKeys(settings: Settings, folder: DataFolder): Promise<Finding> {
  return examine('Encryption', 'Bring the file back from a backup.', async () => {
    const count = findEncryptionKeys(settings, folder).length;
    if (count > 0) return { state: 'ok', detail: `${count} key${count === 1 ? '' : 's'}, from ${settings.encryptionKeys.length > 0 ? 'ENCRYPTION_KEYS' : folder.encryptionKeys}` };
    return { state: 'warn', detail: 'no keys yet', remedy: 'The first "heliograph up" makes one; api and worker alone need ENCRYPTION_KEYS.' };
  });
}

export function checkDatabase(settings: Settings, folder: DataFolder): Promise<Finding> {
  return examine('Database', 'See the sentence above; the rest of Heliograph cannot work without it.', () =>
    withDatabase(settings, folder, 'doctor', async (url) => {
      const pending = await pendingMigrations(url);
      const { host, pathname } = new URL(url);
      const detail = `${settings.databaseUrl ? 'PostgreSQL' : 'embedded PostgreSQL'} at ${host}${pathname}`;
      if (pending.length === 0) return { state: 'ok', detail: `${detail}, migrations up to date` };
      return { state: 'fail', detail: `${detail}, migrations missing: ${pending.join(', ')}`, remedy: 'Run "heliograph migrate" (or "heliograph up", which does).' };
    }),
  );
}

/** The keys that there are against what the rows were sealed with. */
export function checkSecrets(settings: Settings, folder: DataFolder): Promise<Finding> {
  return examine('Secrets', 'Without it API and worker do not start.', () =>
    withDatabase(settings, folder, 'doctor', async (url) => {
      const rows = await requireReadableSecrets(url, findEncryptionKeys(settings, folder));
      return { state: 'ok', detail: rows === 0 ? 'none is stored yet' : `the keys of everything stored encrypted are there (rows: ${rows})` };
    }),
  );
}

export function checkQueue(settings: Settings): Promise<Finding> {
  return examine('Queue', 'Start Redis, or unset REDIS_URL to keep the queue in PostgreSQL.', async () => {
    if (!settings.redisUrl) return { state: 'ok', detail: 'in PostgreSQL (REDIS_URL moves it to Redis)' };
    await redisQueueBackend(settings.redisUrl).verify();
    return { state: 'ok', detail: `Redis at ${new URL(settings.redisUrl).host} answers and never evicts` };
  });
}

export function checkNetwork(settings: Settings, isRunning: boolean): Promise<Finding> {
  const { apiVersion, graphUrl } = settings.instagram;
  return examine(apiVersion ? 'Instagram' : 'Sandbox', apiVersion ? 'Check the network, proxies and INSTAGRAM_GRAPH_URL.' : 'See logs/sandbox.log in the data folder.', async () => {
    if (!apiVersion && !isRunning) return { state: 'ok', detail: 'starts with "heliograph up"' };
    const url = apiVersion ? `${graphUrl}/` : `${graphUrl}/_sandbox/health`;
    const { status } = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((error: Error) => {
      throw new Error(`${url} does not answer (${causeOf(error)})`);
    });
    return { state: 'ok', detail: `${graphUrl} answers (${status})` };
  });
}

/** Any answer of /ready is worth showing; none means that the API does not run. */
export function checkApi(settings: Settings, isRunning: boolean): Promise<Finding> {
  const url = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}/ready`;
  return examine('API', 'See logs/api.log in the data folder.', async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((error: Error) => causeOf(error));
    if (typeof response === 'string') {
      return isRunning ? { state: 'fail', detail: `${url} does not answer (${response})`, remedy: 'See logs/api.log in the data folder.' } : { state: 'ok', detail: 'not running' };
    }
    const detail = `${url} answers ${response.status}`;
    return response.ok ? { state: 'ok', detail } : { state: 'fail', detail: `${detail}: ${(await response.text()).slice(0, 300)}`, remedy: 'The answer names what is not ready.' };
  });
}

export function checkVideo({ ffmpegPath }: Settings): Promise<Finding> {
  return examine('ffmpeg', 'Install ffmpeg (Debian: apt-get install ffmpeg).', async () => {
    const output = ffmpegPath && (await promisify(execFile)(ffmpegPath, ['-version'], { timeout: 10_000 }).then(({ stdout }) => stdout, () => null));
    if (output) return { state: 'ok', detail: output.split(' Copyright')[0]?.trim() ?? 'found' };
    return { state: 'warn', detail: 'not found: videos that Instagram would not take are not converted', remedy: 'Install ffmpeg (Debian: apt-get install ffmpeg), or set FFMPEG_PATH.' };
  });
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
