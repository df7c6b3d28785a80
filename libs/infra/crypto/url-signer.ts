import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EncryptionKey } from '#infra/config/settings';

export interface SignedQuery {
  /** Unix seconds after which the URL is worth nothing. */
  readonly expires: string;
  /** HMAC-SHA256, base64url. */
  readonly signature: string;
}

/**
 * Signs a path and its expiry, so that a URL can be given to somebody who has no key of ours. The signing key is derived
 * (HKDF-SHA256) from the first encryption key; signatures by any listed key verify, so rotation cuts no URL off.
 */
export class UrlSigner {
  private readonly active: Buffer;
  private readonly keys: readonly Buffer[];

  constructor(keys: readonly EncryptionKey[]) {
    const [active, ...older] = keys.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', 'heliograph url signing v1', 32)));
    if (!active) throw new Error('There is no encryption key to sign URLs with: set ENCRYPTION_KEYS');
    this.active = active;
    this.keys = [active, ...older];
  }

  sign(path: string, expiresAt: Date): SignedQuery {
    const expires = String(Math.ceil(expiresAt.getTime() / 1000));
    return { expires, signature: signature(this.active, path, expires).toString('base64url') };
  }

  /** Whatever came in the query; anything that is not a valid, unexpired signature of exactly this path is false. */
  verify(path: string, query: { readonly expires?: unknown; readonly signature?: unknown }, now: Date): boolean {
    const { expires, signature: given } = query;
    if (typeof expires !== 'string' || !/^\d{1,12}$/.test(expires)) return false;
    if (typeof given !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(given)) return false;
    const isGenuine = this.keys.some((key) => timingSafeEqual(signature(key, path, expires), Buffer.from(given, 'base64url')));
    return isGenuine && now.getTime() < Number(expires) * 1000;
  }
}

/** The line break cannot occur in a URL path, so no other pair of path and expiry gives the same text. */
function signature(key: Buffer, path: string, expires: string): Buffer {
  return createHmac('sha256', key).update(`${path}\n${expires}`).digest();
}
