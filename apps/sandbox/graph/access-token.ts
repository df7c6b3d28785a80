import type { IncomingHttpHeaders } from 'node:http';
import { checkProof } from '../oauth/appsecret-proof.rules.js';
import type { Account, Login } from '../state/entities.js';
import type { Token } from '../state/grants.js';
import type { World } from '../state/world.js';
import type { CallParams } from './call.params.js';
import { GraphError } from './graph-error.js';

/** `access_token=` or `Authorization: Bearer` (§0); the parameter wins. A list or an object in its place is a malformed token. */
export function readToken(headers: IncomingHttpHeaders, params: CallParams): string | null {
  if (params.isStructure('access_token')) return '';
  return params.text('access_token') ?? /^Bearer\s+(\S+)$/iu.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** Whose token it is, good or not: for ledger and faults. */
export function ownerOfToken(world: World, token: string | null): Account | null {
  return world.accounts.get(world.grants.tokens.get(token ?? '')?.user_id ?? '') ?? null;
}

/**
 * The grant behind a token. Errors: 2500 missing (§2.4), 190 malformed or of the other login (HTTP 400; §11.1), 190/458 app removed,
 * 190/459 checkpointed, 190/463 expired (HTTP 401); 100 when `appsecret_proof` came along and is wrong, or is missing where the app requires it.
 *
 * @param proof null: none came; undefined: this is no call that could carry one
 */
export function authorize(world: World, text: string | null, login: Login, now: number, proof?: string | null): { token: Token; account: Account } {
  if (text === null) throw new GraphError('2500', 'An active access token must be used to query information about the current user.');
  const token = world.grants.tokens.get(text);
  const account = token && world.accounts.get(token.user_id);
  if (!account || token.login !== login) throw new GraphError('190');
  if (token.is_revoked || account.settings.revoked) throw new GraphError('190/458');
  if (account.settings.checkpointed) throw new GraphError('190/459');
  if (account.settings.expired || (token.expires_at !== null && now >= token.expires_at)) throw new GraphError('190/463');
  if (proof !== undefined) checkProof(proof, token, world.grants);
  return { token, account };
}
