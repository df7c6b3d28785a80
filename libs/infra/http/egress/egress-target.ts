import { isIP } from 'node:net';
import { parseUrl } from '#kernel/url';
import { AppError } from '#kernel/app-error';
import type { EgressPolicy } from './egress-policy.js';

/**
 * Reads a URL that somebody gave us (or a redirect) and refuses what can be refused without asking DNS. A host written as an
 * address is judged here, because a socket does not call its lookup for one; names are judged by the guarded lookup.
 * WHATWG parsing has already turned `0x7f.1`, `2130706433` and `127.1` into `127.0.0.1`.
 *
 * @throws AppError `egress_refused`
 */
export function readTarget(text: string, policy: EgressPolicy, base?: URL): URL {
  const url = parseUrl(text, base);
  if (!url) throw refused(`"${shortened(text)}" is not a complete URL`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(`Only http and https URLs can be fetched, not ${url.protocol}`);
  if (url.username || url.password) throw refused('A URL with a user name or password in it is not fetched');
  const address = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !policy.isTrusted(url) && !policy.permits(address)) throw refusedHost(url.hostname);
  return url;
}

/** Names the host as it was asked for; what it resolved to is nobody's business outside. */
export function refusedHost(host: string): AppError {
  return refused(`"${host}" does not lead to the public internet`);
}

function refused(message: string): AppError {
  return new AppError('egress_refused', message);
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
