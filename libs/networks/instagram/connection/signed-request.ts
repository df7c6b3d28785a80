import { createHmac, timingSafeEqual } from 'node:crypto';
import { seconds } from '#kernel/clock';
import type { SignedRequest } from '#networks/port/social-network';
import { asId, asInteger, asRecord, asText, parseJson } from '../graph/json-reader.js';

/**
 * `<signature>.<payload>`, both base64url; the signature is HMAC-SHA256 over the encoded payload, raw (§8.4). Any of the
 * secrets may have signed it, so that a secret can be changed while callbacks are under way.
 *
 * @returns of whom it speaks and since when, or null when it is malformed or not signed with a secret of ours
 */
export function readSignedRequest(text: string, secrets: readonly string[]): SignedRequest | null {
  const [signature, payload, ...more] = text.split('.');
  if (!signature || !payload || more.length > 0) return null;
  const given = Buffer.from(signature, 'base64url');
  const isOurs = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(payload).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isOurs) return null;
  const claims = asRecord(parseJson(Buffer.from(payload, 'base64url').toString()));
  const appScopedId = asId(claims?.['user_id']);
  const isKnownAlgorithm = asText(claims?.['algorithm'])?.toUpperCase() === 'HMAC-SHA256';
  const issued = asInteger(claims?.['issued_at']);
  return appScopedId !== null && isKnownAlgorithm ? { appScopedId, issuedAt: issued === null ? null : new Date(seconds(issued)) } : null;
}
