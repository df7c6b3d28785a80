import type { IncomingMessage } from 'node:http';
import type { CallServices } from '../calls/serve-call.js';
import type { Outcome } from '../faults/fault.action.js';
import type { Target } from '../http/hosts.js';
import type { Store } from '../state/store.js';

export interface OAuthDoor extends CallServices {
  store: Store;
  log: (line: string) => void;
}

export function isOAuthPath(_target: Target): boolean {
  return false;
}

/** Authorize pages and token endpoints of both logins (§8). */
export function answerOAuth(_door: OAuthDoor, _request: IncomingMessage, _target: Target, _query: URLSearchParams): Promise<Outcome> {
  return Promise.resolve('cut');
}
