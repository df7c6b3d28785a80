import { authorize, readToken } from '../graph/access-token.js';
import { errorNumbers } from '../graph/error.table.js';
import { GraphError } from '../graph/graph-error.js';
import type { JsonObject } from '../http/reply.js';
import type { App, Token } from '../state/grants.js';
import { type OAuthCall, required, unsupportedMethod } from './oauth-call.js';

/**
 * `GET graph.facebook.com/debug_token` (§8.3; fields [recalled]): what a token of Facebook Login is. Asked by the app itself
 * (`app id|app secret`) or with any good token of the same app. `expires_at` is in seconds, 0 = never.
 */
export function inspectToken(call: OAuthCall): JsonObject {
  if (call.method !== 'GET') throw unsupportedMethod(call.method);
  const input = required(call, 'input_token');
  const asker = askingApp(call);
  const { world } = call.store;
  const token = world.grants.tokens.get(input);
  const account = token && world.accounts.get(token.user_id);
  if (!account || token.login !== 'facebook') return { data: { is_valid: false, scopes: [], error: { code: 190, message: new GraphError('190').message } } };
  if (token.client_id !== asker.client_id) throw new GraphError('100', '(#100) The App_id in the input_token did not match the Viewing App');
  const problem = problemOf(call, input);
  const seconds = (at: number): number => Math.floor(at / 1000);
  return {
    data: {
      app_id: asker.facebook_app_id, type: token.kind === 'page' ? 'PAGE' : 'USER', application: asker.name,
      expires_at: token.expires_at === null ? 0 : seconds(token.expires_at), is_valid: problem === null, issued_at: seconds(token.issued_at),
      scopes: grantedScopes(token, account.settings.permissions), user_id: account.facebook.person_id,
      ...(token.kind === 'page' ? { profile_id: account.facebook.page_id } : {}), ...(problem === null ? {} : { error: problem }),
    },
  };
}

function askingApp(call: OAuthCall): App {
  const { grants } = call.store.world;
  const text = readToken(call.headers, call.params);
  const [, appId, secret] = /^(\d+)\|(.+)$/u.exec(text ?? '') ?? [];
  const app = appId === undefined
    ? grants.apps.get(authorize(call.store.world, text, 'facebook', call.now, call.params.text('appsecret_proof')).token.client_id)
    : grants.findApp('facebook', appId);
  if (!app || (secret !== undefined && app.facebook_app_secret !== secret)) throw new GraphError('190');
  return app;
}

function problemOf(call: OAuthCall, input: string): JsonObject | null {
  try {
    authorize(call.store.world, input, 'facebook', call.now);
    return null;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const { code, subcode } = errorNumbers(error.key);
    return { code, message: error.message, ...(subcode === null ? {} : { subcode }) };
  }
}

function grantedScopes(token: Token, left: string[] | null): string[] {
  return left === null ? token.scopes : token.scopes.filter((scope) => left.includes(scope));
}
