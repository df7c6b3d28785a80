import { GraphError } from '../graph/graph-error.js';
import type { JsonObject } from '../http/reply.js';
import { SHORT_LIFE_MS } from '../state/grants.js';
import { requireCode } from './code.rules.js';
import { newToken } from './new-token.js';
import { type OAuthCall, required, requireApp, unsupportedMethod } from './oauth-call.js';

/** `POST api.instagram.com/oauth/access_token`: a code for a token of one hour (§8.1, point 3). */
export async function issueShortToken(call: OAuthCall): Promise<JsonObject> {
  if (call.method !== 'POST') throw unsupportedMethod(call.method);
  const { store, now } = call;
  const app = requireApp(call, 'instagram');
  if (required(call, 'grant_type') !== 'authorization_code') throw new GraphError('100', 'Invalid grant_type: it must be authorization_code');
  const offer = { login: 'instagram', app, redirectUri: required(call, 'redirect_uri'), code: required(call, 'code') } as const;
  // Nothing may be awaited between the look at the code and its use: of two racing calls one gets the token.
  const { code, account } = requireCode(store.world, offer, now);
  const token = newToken({ ...code, kind: 'short' }, now, SHORT_LIFE_MS);
  await store.commit({ type: 'token.issued', token, code: code.code });
  return tokenAnswer(account.settings.oauth_shape, token.token, account.id, token.scopes);
}

/**
 * Documented wrapped, observed flat; `permissions` is a string in the one and a list in the other (§8.1). `user_id` is the
 * app-scoped id [recalled; §8.1 does not say which], as text like all ids.
 */
function tokenAnswer(shape: 'flat' | 'wrapped', token: string, appScopedId: string, scopes: string[]): JsonObject {
  const common = { access_token: token, user_id: appScopedId };
  if (shape === 'flat') return { ...common, permissions: scopes };
  return { data: [{ ...common, permissions: scopes.join(',') }] };
}
