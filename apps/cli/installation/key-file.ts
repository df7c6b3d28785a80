import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { formatKeyRing } from '#infra/config/child-environment';
import type { EncryptionKey } from '#infra/config/settings';
import { CliError } from '../terminal/cli-error.js';
import type { DataFolder } from './data-folder.js';
import { findLockOwner } from './folder-lock.js';
import { writePrivateFile } from './private-file.js';

/** The generated keys are called k1, k2 …; the first in the file encrypts, and one that is newer than it was prepared and waits. */
export function findPrepared(ring: readonly EncryptionKey[]): EncryptionKey | null {
  const newest = Math.max(...ring.map(numberOf));
  const [active] = ring;
  return active && newest > numberOf(active) ? (ring.find((key) => numberOf(key) === newest) ?? null) : null;
}

export function newKey(ring: readonly EncryptionKey[]): EncryptionKey {
  return { id: `k${Math.max(0, ...ring.map(numberOf)) + 1}`, key: randomBytes(32) };
}

export function saveRing(folder: DataFolder, ring: readonly EncryptionKey[]): void {
  writePrivateFile(folder.encryptionKeys, `${formatKeyRing(ring)}\n`);
}

/**
 * The ring with its newest key in front. A running `up` gave its processes the keys of its start: they must know the key already, for
 * they will meet what it seals.
 */
export function promoteNewest(folder: DataFolder, ring: readonly EncryptionKey[]): EncryptionKey[] {
  const prepared = findPrepared(ring);
  if (isUpRunning(folder)) {
    if (!prepared) throw new CliError('Heliograph runs, and its processes would not know a new key. Stop it and run this again; or run it with --prepare, start Heliograph anew when it suits, and run it then.');
    if (!upKnowsFile(folder)) throw new CliError(`Heliograph has been running since before ${prepared.id} was prepared, and does not know it. Start it anew, then run this again.`);
  }
  const first = prepared ?? newKey(ring);
  return [first, ...ring.filter(({ id }) => id !== first.id)];
}

/** Whether whatever runs was started with the file as it is now. */
export function upKnowsFile(folder: DataFolder): boolean {
  const owner = findLockOwner(folder.lock);
  return owner?.command !== 'up' || statSync(folder.encryptionKeys).mtimeMs < Date.parse(owner.since);
}

export function isUpRunning(folder: DataFolder): boolean {
  return findLockOwner(folder.lock)?.command === 'up';
}

function numberOf({ id }: EncryptionKey): number {
  return Number(/^k(\d{1,9})$/.exec(id)?.[1] ?? 0);
}
