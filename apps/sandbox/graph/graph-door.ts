import type { IncomingMessage } from 'node:http';
import { type Outcome, underFault } from '../faults/fault.action.js';
import type { FaultList } from '../faults/fault-list.js';
import { BodyTooLargeError, readBody } from '../http/body.reader.js';
import type { Reply } from '../http/reply.js';
import type { Ingestion } from '../ingest/ingestion.js';
import type { Account } from '../state/entities.js';
import type { Store } from '../state/store.js';
import { authorize, readToken } from './access-token.js';
import type { CallParams } from './call.params.js';
import { readCallParams } from './call-params.reader.js';
import { answerGraphCall, callLabel, replyToError } from './graph-api.js';
import { GraphError, invalidParameter } from './graph-error.js';
import { type GraphPath, parseGraphPath } from './graph-path.js';

export interface GraphDoor {
  store: Store;
  ingestion: Ingestion;
  faults: FaultList;
  publicUrl: () => string;
  log: (line: string) => void;
}

/** From request to answer: parameters, token, ledger, faults, and then the endpoint. */
export async function answerGraph(door: GraphDoor, request: IncomingMessage, address: URL): Promise<Outcome> {
  try {
    const params = await readParams(request, address);
    const path = parseGraphPath(address.pathname);
    if (!path) throw new GraphError('2500', `Unknown path components: ${address.pathname}`);
    const method = request.method ?? 'GET';
    const token = readToken(request.headers, params);
    const account = door.store.world.byToken.get(token ?? '') ?? null;
    if (account) door.store.countCall(account.user_id, callLabel(method, path, door.store.world, account));
    const fault = door.faults.strike(method, path.unversioned, account);
    const answer = (): Promise<Reply> => answerCall(door, { method, path, params, token, pathname: address.pathname });
    return await underFault(fault, answer, door.faults.release);
  } catch (error) {
    return replyToError(error, door.log);
  }
}

interface ParsedCall {
  method: string;
  path: GraphPath;
  params: CallParams;
  token: string | null;
  pathname: string;
}

async function answerCall(door: GraphDoor, call: ParsedCall): Promise<Reply> {
  try {
    const { store, ingestion } = door;
    const account: Account = authorize(store.world, call.token);
    const view = { world: store.world, now: store.clock.now(), publicUrl: door.publicUrl() };
    return await answerGraphCall(call.method, call.path, { account, params: call.params, store, ingestion, view, path: call.pathname });
  } catch (error) {
    return replyToError(error, door.log);
  }
}

async function readParams(request: IncomingMessage, address: URL): Promise<CallParams> {
  try {
    const body = request.method === 'GET' ? Buffer.alloc(0) : await readBody(request);
    return await readCallParams(address.searchParams, request.headers['content-type'] ?? '', body);
  } catch (error) {
    throw error instanceof BodyTooLargeError ? invalidParameter(error.message) : error;
  }
}
