import { authorize, readToken } from '../graph/access-token.js';
import { GraphError } from '../graph/graph-error.js';
import { requirePermission } from '../graph/permission.rules.js';
import type { JsonObject } from '../http/reply.js';
import type { Account } from '../state/entities.js';
import { LONG_LIFE_MS, type Token } from '../state/grants.js';
import { newToken } from './new-token.js';
import { type OAuthCall, required, unsupportedMethod, wrongSecret } from './oauth-call.js';

/** A token younger than this is not refreshed (§8.1, point 5). */
const MIN_AGE_MS = 24 * 3_600_000;

/**
 * `GET graph.instagram.com/access_token`: a short token, which must still be good, for one of 60 days (§8.1, point 4). The
 * secret is looked at before the state of the token, as observed. The short token lives on to its own end (not documented).
 */
export async function exchangeForLongToken(call: OAuthCall): Promise<JsonObject> {
  requireGrantType(call, 'ig_exchange_token');
  const secret = required(call, 'client_secret');
  const { grants } = call.store.world;
  const text = readToken(call.headers, call.params);
  const app = grants.apps.get(grants.tokens.get(text ?? '')?.client_id ?? '');
  if (app && app.client_secret !== secret) throw wrongSecret();
  const { token } = tokenOf(call);
  if (token.kind !== 'short') throw new GraphError('100', 'The access token is already long-lived: only a short-lived one can be exchanged');
  return issueLongToken(call, token);
}

/**
 * `GET graph.instagram.com/refresh_access_token`, without secret (§8.1, point 5). The old token lives on to its own end (not documented).
 * `permissions` is not in the reference but in Meta's own SDK; that it is a comma list there is taken from the code exchange.
 */
export async function refreshLongToken(call: OAuthCall): Promise<JsonObject> {
  requireGrantType(call, 'ig_refresh_token');
  const { token, account } = tokenOf(call);
  if (token.kind !== 'long') throw new GraphError('100', 'The access token is short-lived: only a long-lived one can be refreshed');
  if (call.now - token.issued_at < MIN_AGE_MS) throw new GraphError('100', 'The access token can be refreshed when it is at least 24 hours old');
  requirePermission({ token, account, login: 'instagram' }, 'basic');
  return { ...await issueLongToken(call, token), permissions: grantedScopes(token, account).join(',') };
}

function requireGrantType(call: OAuthCall, type: string): void {
  if (call.method !== 'GET') throw unsupportedMethod(call.method);
  if (required(call, 'grant_type') !== type) throw new GraphError('100', `Invalid grant_type: it must be ${type}`);
}

function tokenOf(call: OAuthCall): { token: Token; account: Account } {
  return authorize(call.store.world, readToken(call.headers, call.params), 'instagram', call.now, call.params.text('appsecret_proof'));
}

/** What is left of what the token was given. */
function grantedScopes({ scopes }: Token, { settings: { permissions } }: Account): string[] {
  return permissions === null ? scopes : scopes.filter((scope) => permissions.includes(scope));
}

async function issueLongToken({ store, now }: OAuthCall, from: Token): Promise<JsonObject> {
  const token = newToken({ ...from, kind: 'long' }, now, LONG_LIFE_MS);
  await store.commit({ type: 'token.issued', token, code: null });
  return { access_token: token.token, token_type: 'bearer', expires_in: LONG_LIFE_MS / 1000 };
}
