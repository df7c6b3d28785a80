import { parseAddress } from '../http/address.js';
import type { Reply } from '../http/reply.js';
import type { Account, Login } from '../state/entities.js';
import { approve } from './approve.action.js';
import { AuthorizeError } from './authorize.error.js';
import { type AuthorizeRequest, readAuthorizeRequest } from './authorize-request.reader.js';
import { authorizePage } from './authorize.view.js';
import type { OAuthCall } from './oauth-call.js';
import { approvedAddress, deniedAddress } from './redirect.rules.js';
import { isFixedScope, scopeField } from './scope.table.js';

/** The authorize page of either login: GET shows it, its form comes back as POST to the same address (§8.1, §8.2). */
export async function answerAuthorize(call: OAuthCall, login: Login): Promise<Reply> {
  if (call.method !== 'GET' && call.method !== 'POST') throw new AuthorizeError(405, 'This page is not available', `This page cannot be asked for by ${call.method}.`);
  if (call.method === 'POST') requireOwnOrigin(call);
  const { params, store: { world } } = call;
  const request = readAuthorizeRequest(params, login, world.grants);
  if (call.method === 'GET') return authorizePage(request, [...world.accounts.values()].reverse());
  const decision = params.text('decision');
  if (decision === 'cancel') return redirect(deniedAddress(request));
  if (decision !== 'allow') throw new AuthorizeError(400, 'Nothing was decided', 'The form needs decision=allow or decision=cancel.');
  const code = await approve(call.store, chosenAccount(call), request, grantedScopes(call, request));
  return redirect(approvedAddress(request, code));
}

/** A page of another site could otherwise approve for the person who looks at it. Programs send no Origin. */
function requireOwnOrigin({ headers, publicUrl }: OAuthCall): void {
  const { origin, host } = headers;
  if (origin === undefined) return;
  const isOwn = parseAddress(origin)?.host === host;
  if (isOwn || publicUrl === origin || publicUrl.startsWith(`${origin}/`)) return;
  throw new AuthorizeError(403, 'Not from here', 'This form was sent by a page of another site.');
}

function chosenAccount({ params, store: { world } }: OAuthCall): Account {
  const account = world.accounts.get(params.text('account') ?? '');
  if (!account) throw new AuthorizeError(400, 'No account', 'Choose one of the accounts.');
  return account;
}

function grantedScopes({ params }: OAuthCall, { scopes }: AuthorizeRequest): string[] {
  return scopes.filter((scope) => isFixedScope(scope) || params.has(scopeField(scope)));
}

function redirect(location: string): Reply {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}
