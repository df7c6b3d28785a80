import { secretContext } from './encrypted-columns.js';
import type { KeyUse } from './stored-secrets.repository.js';
import { DecryptionError, type TokenCipher } from './token-cipher.js';

/** Stored secrets cannot be read: the installation lacks a key, or has it with other bytes. One sentence, for whoever starts it. */
class UnreadableSecretsError extends Error {
  constructor(problem: string) {
    super(`${problem} Add it to ENCRYPTION_KEYS again (old keys go last), or bring the data folder's file encryption-keys back from a backup. `
      + 'If it is lost for good: "heliograph keys rotate-encryption --drop-unreadable", then connect those profiles again.');
    this.name = 'UnreadableSecretsError';
  }
}

/** @throws UnreadableSecretsError naming every key that is missing, or whose bytes open nothing of what it sealed */
export function requireReadable(uses: readonly KeyUse[], cipher: TokenCipher): void {
  const problems = uses.flatMap((use) => problemOf(use, cipher) ?? []);
  if (problems.length > 0) throw new UnreadableSecretsError(`Stored secrets cannot be decrypted: ${problems.join('; ')}.`);
}

/** A single row that does not open was tampered with or damaged, and is that row's trouble; none of several is the key's. */
function problemOf({ keyId, rows, samples }: KeyUse, cipher: TokenCipher): string | null {
  if (keyId === null) return null;
  const reasons = samples.map(({ column, workspaceId, id, ciphertext }) => failureOf(cipher, ciphertext, secretContext(column, workspaceId, id)));
  if (reasons.includes('unknown_key')) return `the encryption key "${keyId}" is missing (rows that need it: ${String(rows)})`;
  return reasons.every((reason) => reason === 'not_authentic') ? `the encryption key "${keyId}" has other bytes than when it sealed (rows: ${String(rows)})` : null;
}

function failureOf(cipher: TokenCipher, ciphertext: string, context: string): DecryptionError['reason'] | null {
  try {
    cipher.decrypt(ciphertext, context);
    return null;
  } catch (error) {
    if (error instanceof DecryptionError) return error.reason;
    throw error;
  }
}
