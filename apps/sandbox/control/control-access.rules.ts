import type { IncomingHttpHeaders } from 'node:http';
import { parseAddress } from '../http/address.js';
import { isLoopback } from '../http/loopback.rules.js';

/** Who may use the control door: everything can be made and unmade through it. */
export interface ControlAccess {
  scope: 'loopback' | 'anyone';
  /** Addresses under which the sandbox is known: where it listens, and its public one. */
  urls: () => string[];
}

/**
 * Why a caller is refused; null when it is not. Besides strangers in the network that means pages of other sites in a browser on
 * this machine, which reach loopback too: their `Origin` is another, or, when their name was made to point here (DNS
 * rebinding), their `Host`. A proxy on this machine is as far away as the one it speaks for.
 */
export function refusalOf(access: ControlAccess, peer: string, headers: IncomingHttpHeaders): string | null {
  const urls = access.urls().map(parseAddress).filter((url) => url !== null);
  const { host = '', origin } = headers;
  if (access.scope === 'loopback') {
    if (!isLoopback(peer) || headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) {
      return 'the control door answers this machine only; start the sandbox with --control anyone to open it';
    }
    if (!isLocalName(nameOf(host)) && !urls.some((url) => nameOf(url.host) === nameOf(host))) {
      return `the control door does not answer to the name ${host === '' ? 'of nobody' : host}; use localhost or 127.0.0.1`;
    }
  }
  const isOwnPage = origin === undefined || origin === `http://${host}` || urls.some((url) => url.origin === origin);
  return isOwnPage ? null : 'the control door does not answer pages of other sites';
}

/** Without port and brackets. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/u, '').replace(/^\[(.*)\]$/u, '$1');
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}
