import { createHmac } from 'node:crypto';
import { GraphError } from '../graph/graph-error.js';
import type { Grants, Token } from '../state/grants.js';
import { secretOf } from './oauth-call.js';

/** `hex(HMAC-SHA256(key=app_secret, msg=access_token))` (§8.3). */
export function appSecretProof(appSecret: string, accessToken: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

/**
 * A proof that came with a call must be right, on either host, and may be left out unless the app requires it for this login. Whether
 * `graph.instagram.com` looks at it is unconfirmed (§8.3, §12).
 */
export function checkProof(proof: string | null, token: Token, grants: Grants): void {
  const app = grants.apps.get(token.client_id);
  if (proof === null) {
    if (app?.proof_required.includes(token.login) !== true) return;
    throw new GraphError('100', 'API calls from the server require an appsecret_proof argument');
  }
  if (app && appSecretProof(secretOf(app, token.login), token.token) === proof) return;
  throw new GraphError('100', '(#100) Invalid appsecret_proof provided in the API argument');
}
