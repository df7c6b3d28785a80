import type { IncomingMessage } from 'node:http';
import { type CallServices, serveCall } from '../calls/serve-call.js';
import type { Outcome } from '../faults/fault.action.js';
import { ownerOfToken, readToken } from '../graph/access-token.js';
import { CallParams } from '../graph/call.params.js';
import { type ErrorStyle, errorStyleFor } from '../graph/error-style.js';
import type { GraphError } from '../graph/graph-error.js';
import { readRequestParams } from '../graph/request-params.reader.js';
import type { Target } from '../http/hosts.js';
import type { Reply } from '../http/reply.js';
import type { Account } from '../state/entities.js';
import type { Store } from '../state/store.js';
import type { OAuthCall, OAuthEndpoint } from './oauth-call.js';
import { findEndpoint } from './oauth.routes.js';
import { replyToPreset, replyToRefusal } from './refusal.reply.js';

export interface OAuthDoor extends CallServices {
  store: Store;
  publicUrl: () => string;
  log: (line: string) => void;
}

export function isOAuthPath(target: Target): boolean {
  return findEndpoint(target) !== undefined;
}

/** Authorize pages and token endpoints of both logins (§8). */
export async function answerOAuth(door: OAuthDoor, request: IncomingMessage, target: Target, query: URLSearchParams): Promise<Outcome> {
  const endpoint = findEndpoint(target);
  if (!endpoint) throw new Error(`the listener let through ${target.pathname}, which is no OAuth path`);
  const { call, problem } = await readCall(door, request, target, query);
  const account = accountOf(call, endpoint);
  const locale = call.params.all()['locale'];
  const style = errorStyleFor(account, typeof locale === 'string' ? locale : null);
  const path = endpoint.path === '' ? target.pathname : endpoint.path;
  if (account && endpoint.wording !== 'page' && endpoint.path !== '') door.store.countCall(account.user_id, `${call.method} ${path}`);
  return serveCall(door, { method: call.method, target, path, account, parameters: call.params.all() }, {
    answer: () => answerCall(door, endpoint, call, problem, style),
    refuse: (key) => replyToPreset(key, endpoint.wording, style),
  });
}

async function answerCall(door: OAuthDoor, endpoint: OAuthEndpoint, call: OAuthCall, problem: GraphError | null, style: ErrorStyle): Promise<Reply> {
  try {
    if (problem) throw problem;
    return await endpoint.run(call);
  } catch (error) {
    return replyToRefusal(error, endpoint.wording, style, door.log);
  }
}

async function readCall(door: OAuthDoor, request: IncomingMessage, target: Target, query: URLSearchParams): Promise<{ call: OAuthCall; problem: GraphError | null }> {
  const { params, problem } = await readRequestParams(request, query);
  const { store } = door;
  return { call: { method: request.method ?? 'GET', target, headers: request.headers, store, now: store.clock.now(), publicUrl: door.publicUrl(), params }, problem };
}

/** Whom a call is about, for ledger, faults and log: the owner of the code or token in it, or who is chosen on the page. */
function accountOf({ params, headers, store: { world } }: OAuthCall, { wording }: OAuthEndpoint): Account | null {
  const given = params.all();
  const named = (name: string): string | null => {
    const value = given[name];
    return typeof value === 'string' ? value : null;
  };
  if (wording === 'page') return world.accounts.get(named('account') ?? '') ?? null;
  const byCode = world.accounts.get(world.grants.codes.get(named('code') ?? '')?.user_id ?? '');
  if (byCode) return byCode;
  const sent = [named('fb_exchange_token'), named('access_token') ?? readToken({ authorization: headers.authorization }, new CallParams(new Map())), named('input_token')];
  return sent.map((token) => ownerOfToken(world, token)).find((owner) => owner !== null) ?? null;
}
