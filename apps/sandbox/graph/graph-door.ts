import type { IncomingMessage } from 'node:http';
import { type CallServices, serveCall } from '../calls/serve-call.js';
import type { Effect } from '../calls/effect.js';
import type { Outcome } from '../faults/fault.action.js';
import { loginOf, type Target } from '../http/hosts.js';
import type { Reply } from '../http/reply.js';
import type { Ingestion } from '../ingest/ingestion.js';
import type { UsageMeter } from '../limits/usage-meter.js';
import type { Account, Login } from '../state/entities.js';
import type { Store } from '../state/store.js';
import { authorize, ownerOfToken, readToken } from './access-token.js';
import { answerGraphCall, callLabel, replyToError } from './graph-api.js';
import { type ErrorStyle, errorStyleFor } from './error-style.js';
import { errorReply, GraphError } from './graph-error.js';
import { type GraphPath, parseGraphPath, versionPrefix } from './graph-path.js';
import { type ReadParams, readRequestParams } from './request-params.reader.js';

export interface GraphDoor extends CallServices {
  store: Store;
  ingestion: Ingestion;
  usage: UsageMeter;
  publicUrl: () => string;
  log: (line: string) => void;
}

interface ParsedCall extends ReadParams {
  method: string;
  login: Login;
  target: Target;
  path: GraphPath | null;
  token: string | null;
  account: Account | null;
  style: ErrorStyle;
}

/** From request to answer: parameters, token, ledger, faults, and then the endpoint. */
export async function answerGraph(door: GraphDoor, request: IncomingMessage, target: Target, query: URLSearchParams): Promise<Outcome> {
  const call = await parseCall(door, request, target, query);
  const { account, method, path } = call;
  if (account && path) door.store.countCall(account.user_id, callLabel(method, path, door.store.world, account));
  const outcome = await serveCall(door, { method, target, path: path?.unversioned ?? target.pathname, account, parameters: call.params.all() }, {
    answer: (effect) => answerCall(door, call, effect),
    refuse: (key) => errorReply(key, call.style),
  });
  if (outcome === 'cut' || !account) return outcome;
  const clientId = door.store.world.grants.tokens.get(call.token ?? '')?.client_id ?? '';
  return withHeaders(outcome, door.usage.headers(account, clientId, door.store.clock.now()));
}

async function parseCall(door: GraphDoor, request: IncomingMessage, target: Target, query: URLSearchParams): Promise<ParsedCall> {
  const { params, problem } = await readRequestParams(request, query);
  const token = readToken(request.headers, params);
  const account = ownerOfToken(door.store.world, token);
  const locale = params.all()['locale'];
  return {
    method: request.method ?? 'GET', login: loginOf(target.host), target, path: parseGraphPath(target.pathname), params, token,
    account, style: errorStyleFor(account, typeof locale === 'string' ? locale : null), problem,
  };
}

async function answerCall(door: GraphDoor, call: ParsedCall, effect: Effect): Promise<Reply> {
  try {
    if (call.problem) throw call.problem;
    if (!call.path) throw new GraphError('2500', `Unknown path components: ${call.target.pathname}`);
    const { store, ingestion } = door;
    const now = store.clock.now();
    const { token, account } = authorize(store.world, call.token, call.login, now, call.params.text('appsecret_proof'));
    door.usage.admit(account, token, now);
    const publicUrl = door.publicUrl();
    const apiUrl = publicUrl + call.target.prefix + versionPrefix(call.target.pathname);
    const view = { world: store.world, now, publicUrl, login: call.login, apiUrl, token: token.token };
    return await answerGraphCall(call.method, call.path, {
      account, token, login: call.login, params: call.params, store, ingestion, view, effect, path: call.target.prefix + call.target.pathname,
    });
  } catch (error) {
    return replyToError(error, call.style, door.log);
  }
}

/** What a fault says about usage stays. */
function withHeaders(reply: Reply, usage: Record<string, string>): Reply {
  return { ...reply, headers: { ...usage, ...reply.headers } };
}
