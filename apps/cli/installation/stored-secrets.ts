import { randomBytes } from 'node:crypto';
import type { EncryptionKey } from '#infra/config/settings';
import { requireReadable } from '#infra/crypto/stored-secrets.check';
import { openStoredSecrets } from '#infra/crypto/stored-secrets.repository';
import { TokenCipher } from '#infra/crypto/token-cipher';

/** @returns how many secrets are stored. @throws UnreadableSecretsError when the keys do not open them */
export async function requireReadableSecrets(databaseUrl: string, keys: readonly EncryptionKey[]): Promise<number> {
  const { secrets, close } = openStoredSecrets(databaseUrl);
  try {
    const uses = await secrets.keyUses();
    // Without keys any will do: it opens nothing.
    requireReadable(uses, new TokenCipher(keys.length > 0 ? keys : [{ id: 'none', key: randomBytes(32) }]));
    return uses.reduce((sum, { rows }) => sum + rows, 0);
  } finally {
    await close();
  }
}
