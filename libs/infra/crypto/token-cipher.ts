import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EncryptionKey } from '#infra/config/settings';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

export type DecryptionFailure = 'malformed' | 'unknown_key' | 'not_authentic';

/** A stored secret that cannot be read back: a fault of the installation, not of a request. Never carries secret text. */
export class DecryptionError extends Error {
  constructor(readonly reason: DecryptionFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DecryptionError';
  }
}

/**
 * Encrypts the secrets that rows hold (access tokens, webhook secrets) as `v1.<key id>.<nonce>.<ciphertext>.<tag>`,
 * base64url, AES-256-GCM with a random 96-bit nonce.
 *
 * `context` is authenticated but not stored, e.g. `profile|access_token|<row id>|<workspace id>`: a ciphertext copied into
 * another row, column or workspace does not decrypt there. The first key encrypts, every key decrypts.
 */
export class TokenCipher {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** Of the key that encrypts. */
  readonly activeKeyId: string;
  private readonly active: EncryptionKey;

  constructor(keys: readonly EncryptionKey[]) {
    const [active] = keys;
    if (!active) throw new Error('There is no encryption key: set ENCRYPTION_KEYS');
    this.active = active;
    this.activeKeyId = active.id;
    this.keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  encrypt(plaintext: string, context: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.active.key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return ['v1', this.active.id, ...[nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
  }

  /** @throws DecryptionError for an unknown key, another context, or text that is no such ciphertext. */
  decrypt(encrypted: string, context: string): string {
    const { keyId, nonce, ciphertext, tag } = parse(encrypted);
    const key = this.keys.get(keyId);
    if (!key) {
      throw new DecryptionError('unknown_key', `The encryption key "${keyId}" is missing: add it to ENCRYPTION_KEYS again (old keys only decrypt)`);
    }
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context)).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new DecryptionError('not_authentic', `The ciphertext does not belong to its place, or key "${keyId}" has other bytes than when it was written`, { cause });
    }
  }

  /** True when another key than the active one wrote it: the row is due for re-encryption. */
  isOutdated(encrypted: string): boolean {
    return parse(encrypted).keyId !== this.active.id;
  }
}

const pattern = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})$/;

function parse(encrypted: string): { keyId: string; nonce: Buffer; ciphertext: Buffer; tag: Buffer } {
  const [, keyId, nonce, ciphertext, tag] = pattern.exec(encrypted) ?? [];
  if (keyId === undefined || nonce === undefined || ciphertext === undefined || tag === undefined) {
    throw new DecryptionError('malformed', 'The stored secret is not a v1 ciphertext');
  }
  return { keyId, nonce: decode(nonce), ciphertext: decode(ciphertext), tag: decode(tag) };
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
