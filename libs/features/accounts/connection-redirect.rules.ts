import { createHash } from 'node:crypto';
import { parseUrl } from '#kernel/url';

/** What a person's way back says when the connection did not come about. */
export type ConnectionFailure = 'user_abandoned' | 'account_is_already_connected' | 'update_failed';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** `origins` null: any port of this machine. An address with a user name in it only looks like the origin it names. */
export function isAllowedRedirect(text: string, origins: readonly string[] | null): boolean {
  // What a header cannot carry as it is would have to be changed on the way back.
  const url = /^[\x21-\x7e]+$/.test(text) ? parseUrl(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') return false;
  return origins === null ? loopback.has(url.hostname) : origins.includes(url.origin);
}

/** The address with its own query, untouched, and what failed behind it. */
export function returnAddress(redirectUrl: string, failure: ConnectionFailure | null): string {
  if (!failure) return redirectUrl;
  const [address = '', ...fragment] = redirectUrl.split('#');
  const glue = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
  return [`${address}${glue}failure=true&error_code=${failure}`, ...fragment].join('#');
}

/** Our address for the way back. Sent to the network twice, byte for byte the same. */
export function callbackUrl(publicUrl: string, network: string): string {
  return `${publicUrl}/api/connections/${network}/callback`;
}

/** What is kept of a state, which is a secret while its person is on the way. */
export function hashState(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}
