import { createHmac } from 'node:crypto';

/** As in Meta's sample: an hour after it was issued. */
const LIFE_SECONDS = 3600;

/**
 * `<signature>.<payload>`, both base64url; the signature is the raw HMAC-SHA256 over the encoded payload (§8.4).
 *
 * @param userId the app-scoped id
 */
export function signedRequest(appSecret: string, userId: string, issuedAtSeconds: number): string {
  const content = { algorithm: 'HMAC-SHA256', issued_at: issuedAtSeconds, expires: issuedAtSeconds + LIFE_SECONDS, user_id: userId };
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${createHmac('sha256', appSecret).update(payload).digest('base64url')}.${payload}`;
}
