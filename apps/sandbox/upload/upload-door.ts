import type { IncomingMessage } from 'node:http';
import { type CallServices, serveCall } from '../calls/serve-call.js';
import type { Outcome } from '../faults/fault.action.js';
import { authorize, ownerOfToken } from '../graph/access-token.js';
import { errorRow } from '../graph/error.table.js';
import { GraphError } from '../graph/graph-error.js';
import { requirePermission } from '../graph/permission.rules.js';
import type { Target } from '../http/hosts.js';
import type { Reply } from '../http/reply.js';
import type { Account, Container } from '../state/entities.js';
import { discardBody } from './body.discard.js';
import { noSuchUpload, processingFailed, UploadError, uploadErrorReply } from './upload-error.js';
import { parseUploadPath } from './upload-path.js';
import { readUploadOffset, receiveUpload, type UploadServices } from './upload.action.js';
import { readUploadToken } from './upload.request.js';

export interface UploadDoor extends CallServices, UploadServices {
  log: (line: string) => void;
}

export function isUploadPath(target: Target): boolean {
  return target.host === 'rupload.facebook.com' || (target.host === null && target.pathname.startsWith('/ig-api-upload/'));
}

/** `POST`, `GET /ig-api-upload/{version}/{container}`: the bytes of a resumable upload (§1.5). */
export async function answerUpload(door: UploadDoor, request: IncomingMessage, target: Target): Promise<Outcome> {
  const method = request.method ?? 'GET';
  const id = parseUploadPath(target.pathname);
  const token = readUploadToken(request.headers);
  const account = ownerOfToken(door.store.world, token);
  if (account && id !== null) door.store.countCall(account.user_id, `${method} /ig-api-upload`);
  let reply: Promise<Reply> | null = null;
  const outcome = await serveCall(door, {
    method, target, account, parameters: describe(request), path: id === null ? target.pathname : `/ig-api-upload/${id}`,
  }, {
    // A body comes once: a fault that repeats the work finds it done.
    answer: () => (reply ??= answerCall(door, request, { method, id, token })),
    refuse: (key) => uploadErrorReply(processingFailed(errorRow(key).message, errorRow(key).status ?? 400, errorRow(key).is_transient === true)),
  });
  // Many clients look for an answer only when they have sent everything, and keep the connection for the next call.
  if (outcome !== 'cut') await discardBody(request);
  return outcome;
}

interface UploadCall {
  method: string;
  id: string | null;
  token: string | null;
}

async function answerCall(door: UploadDoor, request: IncomingMessage, call: UploadCall): Promise<Reply> {
  try {
    const { account, container } = admit(door, call);
    if (call.method === 'GET') return await readUploadOffset(door, container);
    if (call.method === 'POST') return await receiveUpload(door, request, account, container);
    throw processingFailed(`Unsupported method ${call.method}`, 405);
  } catch (error) {
    if (error instanceof UploadError) return uploadErrorReply(error);
    if (error instanceof GraphError) return uploadErrorReply(processingFailed(error.message, errorRow(error.key).status ?? 400));
    // Nobody is left to read this one; the next attempt goes on where the file ends.
    if (request.destroyed && !request.complete) return uploadErrorReply(processingFailed('The upload was interrupted', 400, true));
    // A reset took container and files away.
    if (call.id !== null && !door.store.world.containers.has(call.id)) return uploadErrorReply(noSuchUpload());
    door.log(`sandbox: upload to ${String(call.id)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return uploadErrorReply(processingFailed('The upload could not be stored', 500, true));
  }
}

/** Unknown, foreign and ordinary containers are one answer, as on the Graph (§2.3, 100/33). */
function admit({ store }: UploadDoor, { id, token: text }: UploadCall): { account: Account; container: Container } {
  // The sentence Meta's own example of §1.5 has.
  if (text === null) throw processingFailed('unauthorized user request', 401);
  const login = store.world.grants.tokens.get(text)?.login ?? 'instagram';
  const { account, token } = authorize(store.world, text, login, store.clock.now());
  requirePermission({ account, token, login }, 'content_publish');
  if (login === 'instagram' && account.settings.resumable_upload === 'facebook_login') throw processingFailed('Resumable upload is not available with Instagram Login', 403);
  const container = id === null ? undefined : store.world.containers.get(id);
  if (container?.user_id !== account.user_id || !container.is_upload) throw noSuchUpload();
  return { account, container };
}

/** For the request log, which has no room for a film. */
function describe({ headers }: IncomingMessage): Record<string, unknown> {
  const { offset, file_size: fileSize, file_url: fileUrl, 'content-length': length } = headers;
  return Object.fromEntries(Object.entries({ offset, file_size: fileSize, file_url: fileUrl, 'content-length': length }).filter(([, value]) => value !== undefined));
}
