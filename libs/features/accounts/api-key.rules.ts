import type { Violation } from '#kernel/app-error';
import { hours } from '#kernel/clock';
import type { StoredApiKey } from './api-key.repository.js';

/** A rotated key works this much longer at most. */
export const longestOverlap = hours(30 * 24);
export const longestName = 200;

/** The first permission that is wanted and not had; null when there is none. */
export function missingPermission(had: readonly string[], wanted: readonly string[]): string | null {
  return wanted.find((permission) => !had.includes(permission)) ?? null;
}

/** What is wrong with a new key's end, seen from the key that makes it; null when nothing is. */
export function expiryProblem(wanted: Date | null, own: Date | null, now: Date): Violation | null {
  const actual = wanted?.toISOString() ?? null;
  if (wanted && wanted <= now) return { rule: 'api_key.expires_in_future', path: 'expires_at', message: 'expires_at must be in the future', limit: now.toISOString(), actual };
  if (own && (!wanted || wanted > own)) {
    const message = 'expires_at must not be after the expiry of the key that makes it';
    return { rule: 'api_key.expires_with_maker', path: 'expires_at', message, limit: own.toISOString(), actual, fix: 'Name an earlier time, or leave it out' };
  }
  return null;
}

/** What a key is worth now. A rotated one is active until its overlap ends. */
export function keyState(key: { readonly revokedAt: Date | null; readonly expiresAt: Date | null }, now: Date): 'active' | 'revoked' | 'expired' {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'active';
}

/** What the audit compares: never the hash. */
export function keyFacts({ id, name, prefix, profileGroupId, permissions, expiresAt, revokedAt, replacedById }: StoredApiKey): object {
  return { id, name, prefix, profileGroupId, permissions, expiresAt, revokedAt, replacedById };
}
