import { readSettings, type EncryptionKey, type Settings } from '#infra/config/settings';
import { SecretRotation, type RotationReport } from '#infra/crypto/secret-rotation';
import { openStoredSecrets } from '#infra/crypto/stored-secrets.repository';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { applyMigrations } from '../../../prisma/migrate.js';
import { openDataFolder, type DataFolder } from '../installation/data-folder.js';
import { FolderLock } from '../installation/folder-lock.js';
import { findPrepared, isUpRunning, newKey, promoteNewest, saveRing, upKnowsFile } from '../installation/key-file.js';
import { withDatabase } from '../installation/local-database.js';
import { findEncryptionKeys } from '../installation/secrets.js';
import { CliError } from '../terminal/cli-error.js';
import { paint } from '../terminal/style.js';

export interface RotateEncryptionArguments {
  readonly prepare?: boolean;
  readonly forgetOld?: boolean;
  readonly dropUnreadable?: boolean;
}

/** Seals every stored secret with the newest key. Killed anywhere, it is begun again and goes on. The exit code is 1 when rows could not be read. */
export async function rotateEncryption(options: RotateEncryptionArguments): Promise<void> {
  const settings = readSettings();
  const folder = openDataFolder(settings.dataDir);
  const ring = findEncryptionKeys(settings, folder);
  if (ring.length === 0) throw new CliError('There are no encryption keys yet: the first "heliograph up" makes one, or set ENCRYPTION_KEYS.');
  if (options.prepare) return prepare(settings, folder, ring);
  // With a database of somebody else's nothing holds the folder yet, and an `up` that starts now would have the old keys.
  const lock = settings.databaseUrl && isFromFile(settings) && !isUpRunning(folder) ? FolderLock.acquire(folder.lock, 'keys') : null;
  try {
    await withDatabase(settings, folder, 'keys', async (url) => {
      await applyMigrations(url);
      if (isFromFile(settings)) await rotateFile(url, folder, ring, options);
      else tellOld(await reseal(url, ring, options), 'You may take out of ENCRYPTION_KEYS, once every process was started with it in this order:');
    });
  } finally {
    lock?.release();
  }
}

function isFromFile(settings: Settings): boolean {
  return settings.encryptionKeys.length === 0;
}

function prepare(settings: Settings, folder: DataFolder, ring: readonly EncryptionKey[]): void {
  if (!isFromFile(settings)) throw new CliError('--prepare is for the generated key file. Add a key at the end of ENCRYPTION_KEYS instead, and start every process anew.');
  const waiting = findPrepared(ring);
  const key = waiting ?? newKey(ring);
  if (!waiting) saveRing(folder, [...ring, key]);
  console.log(`${key.id} is in ${folder.encryptionKeys} and only decrypts for now. Start Heliograph anew when it suits, then run "heliograph keys rotate-encryption".`);
}

/** What an interrupted run has left is finished first; only where there is nothing of that, a newer key comes to the front. */
async function rotateFile(url: string, folder: DataFolder, ring: readonly EncryptionKey[], options: RotateEncryptionArguments): Promise<void> {
  let keys = ring;
  let report = await reseal(url, keys, options);
  if (report.rewritten === 0 && !(options.forgetOld && keys.length > 1 && !findPrepared(keys))) {
    keys = promoteNewest(folder, keys);
    saveRing(folder, keys);
    report = await reseal(url, keys, options);
  }
  tellOld(report, 'No row needs any more:');
  if (!options.forgetOld || report.unusedKeyIds.length === 0) return;
  if (!upKnowsFile(folder)) throw new CliError('Heliograph has been running since before the rotation, and still seals with the old key. Start it anew, then run this again with --forget-old.');
  saveRing(folder, keys.filter(({ id }) => !report.unusedKeyIds.includes(id)));
  console.log(`Forgotten: ${report.unusedKeyIds.join(', ')}`);
}

async function reseal(url: string, keys: readonly EncryptionKey[], options: RotateEncryptionArguments): Promise<RotationReport> {
  const { secrets, close } = openStoredSecrets(url);
  const cipher = new TokenCipher(keys);
  try {
    const rotation = new SecretRotation(secrets, cipher, keys.map(({ id }) => id));
    const report = await rotation.run({ dropUnreadable: options.dropUnreadable ?? false, onProgress: (count) => console.log(`  ${count} rewritten`) });
    for (const { column, id, reason } of report.unreadable) console.log(`  ${paint('red', '✗')} ${column.table} ${id}: ${reason}`);
    if (report.unreadable.length > 0) process.exitCode = 1;
    if (report.dropped > 0) console.log(`${report.dropped} that no key opens were let go. Profiles whose token was among them must be connected again.`);
    if (report.contested > 0) console.log(`${report.contested} changed meanwhile: run this again.`);
    console.log(`${report.rewritten} secrets sealed with ${cipher.activeKeyId}, ${report.unreadable.length} could not be read.`);
    return report;
  } finally {
    await close();
  }
}

function tellOld({ unusedKeyIds, neededKeyIds }: RotationReport, intro: string): void {
  if (unusedKeyIds.length > 0) console.log(`${intro} ${unusedKeyIds.join(', ')}`);
  if (neededKeyIds.length > 0) console.log(`Still needed: ${neededKeyIds.join(', ')}`);
}
