import { authorize } from '../graph/access-token.js';
import { GraphError } from '../graph/graph-error.js';
import type { JsonObject } from '../http/reply.js';
import { type App, LONG_LIFE_MS, SHORT_LIFE_MS, type Token } from '../state/grants.js';
import { requireCode } from './code.rules.js';
import { newToken } from './new-token.js';
import { type OAuthCall, required, requireApp, unsupportedMethod } from './oauth-call.js';

/** `graph.facebook.com/vX/oauth/access_token`: a code for a short token of the person, or that one for one of 60 days (§8.2). */
export function issueFacebookToken(call: OAuthCall): Promise<JsonObject> {
  if (call.method !== 'GET' && call.method !== 'POST') throw unsupportedMethod(call.method);
  const app = requireApp(call, 'facebook');
  const grantType = call.params.text('grant_type');
  if (grantType === 'fb_exchange_token') return exchangeToken(call, app);
  // The guide's call has no grant_type; OAuth libraries send the standard one.
  if (grantType !== null && grantType !== 'authorization_code') throw new GraphError('100', `Unsupported grant_type ${grantType}`);
  return exchangeCode(call, app);
}

async function exchangeCode(call: OAuthCall, app: App): Promise<JsonObject> {
  const offer = { login: 'facebook', app, redirectUri: required(call, 'redirect_uri'), code: required(call, 'code') } as const;
  const { code } = requireCode(call.store.world, offer, call.now);
  return issue(call, code, SHORT_LIFE_MS, code.code);
}

/** "An expired one cannot be exchanged" (§8.2). A long one may be exchanged again (not documented). */
async function exchangeToken(call: OAuthCall, app: App): Promise<JsonObject> {
  const { token } = authorize(call.store.world, required(call, 'fb_exchange_token'), 'facebook', call.now);
  if (token.client_id !== app.client_id) throw new GraphError('190');
  if (token.kind !== 'person') throw new GraphError('100', '(#100) fb_exchange_token must be a token of a person, not of a page');
  return issue(call, token, LONG_LIFE_MS, null);
}

/** With the person's token comes the one of their page: it ends with a short token, and never with a long one (§8.2). */
async function issue({ store, now }: OAuthCall, from: Pick<Token, 'user_id' | 'client_id' | 'scopes'>, lifeMs: number, code: string | null): Promise<JsonObject> {
  const page = newToken({ ...from, login: 'facebook', kind: 'page' }, now, lifeMs === LONG_LIFE_MS ? null : lifeMs);
  const person = newToken({ ...from, login: 'facebook', kind: 'person' }, now, lifeMs, page.token);
  // Both are applied before anything is awaited, so that a code is used once only.
  await Promise.all([store.commit({ type: 'token.issued', token: page, code: null }), store.commit({ type: 'token.issued', token: person, code })]);
  return { access_token: person.token, token_type: 'bearer', expires_in: lifeMs / 1000 };
}
