import { GraphError } from '../graph/graph-error.js';
import type { Account, Login } from '../state/entities.js';
import type { App, AuthorizationCode } from '../state/grants.js';
import type { World } from '../state/world.js';

/** "Code: one use, 1 h" (§8.1). */
const CODE_LIFE_MS = 3_600_000;

interface CodeOffer {
  login: Login;
  app: App;
  code: string;
  redirectUri: string;
}

/**
 * The code, if it may be exchanged now. A refused attempt does not use it up (not documented). Texts: the first is the
 * documented sample, the others are as Facebook's dialog words them.
 */
export function requireCode(world: World, offer: CodeOffer, now: number): { code: AuthorizationCode; account: Account } {
  const code = world.grants.codes.get(offer.code);
  const account = code && world.accounts.get(code.user_id);
  const isOurs = code?.login === offer.login && code.client_id === offer.app.client_id;
  if (!account || !isOurs || code.is_used || account.settings.revoked) throw new GraphError('100', 'Matching code was not found or was already used');
  if (now >= code.issued_at + CODE_LIFE_MS) throw new GraphError('100', 'This authorization code has expired.');
  if (code.redirect_uri !== offer.redirectUri) {
    throw new GraphError('100', 'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request');
  }
  return { code, account };
}
