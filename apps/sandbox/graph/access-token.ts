import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from '../state/entities.js';
import type { World } from '../state/world.js';
import type { CallParams } from './call.params.js';
import { GraphError } from './graph-error.js';

/** `access_token=` or `Authorization: Bearer` (§0); the parameter wins. */
export function readToken(headers: IncomingHttpHeaders, params: CallParams): string | null {
  return params.text('access_token') ?? /^Bearer\s+(\S+)$/iu.exec(headers.authorization ?? '')?.[1] ?? null;
}

/**
 * The account a token speaks for. Errors: 190 missing or malformed (HTTP 400), 190/458 app removed and 190/463 expired
 * (HTTP 401).
 */
export function authorize(world: World, token: string | null): Account {
  if (token === null) throw new GraphError('190', 'An access token is required to request this resource.');
  const account = world.byToken.get(token);
  if (!account) throw new GraphError('190');
  if (account.settings.revoked) throw new GraphError('190/458');
  if (account.settings.expired) throw new GraphError('190/463');
  return account;
}
