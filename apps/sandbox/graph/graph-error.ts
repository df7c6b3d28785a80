import { randomBytes } from 'node:crypto';
import { jsonReply, type JsonObject, type Reply } from '../http/reply.js';
import type { ErrorStyle } from './error-style.js';
import { ERROR_TABLE, type ErrorKey, type ErrorRow } from './error.table.js';

/** A refusal from the error table. `message` may say more than the row; code, subcode and status are the row's. */
export class GraphError extends Error {
  constructor(readonly key: ErrorKey, message?: string) {
    super(message ?? ERROR_TABLE[key].message);
  }
}

/** `(#100) …`: the shape of nearly every refusal of a parameter. */
export function invalidParameter(text: string): GraphError {
  return new GraphError('100', `(#100) ${text}`);
}

/** Unknown, foreign and unsupported are one answer, so that ids cannot be probed (§2.3, 100/33). */
export function unsupportedRequest(method: string, id: string): GraphError {
  return new GraphError('100/33', `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`);
}

/** The envelope of §2.1. `error_subcode`, `is_transient` and `error_user_*` are left out where the row has none. */
function errorBody(key: ErrorKey, _style: ErrorStyle, message?: string): JsonObject {
  const row: ErrorRow = ERROR_TABLE[key];
  const [code, subcode] = key.split('/');
  return {
    error: {
      message: message ?? row.message,
      type: row.type ?? 'OAuthException',
      code: Number(code),
      ...(subcode === undefined ? {} : { error_subcode: Number(subcode) }),
      ...(row.is_transient === undefined ? {} : { is_transient: row.is_transient }),
      ...(row.title === undefined ? {} : { error_user_title: row.title }),
      ...(row.user_msg === undefined ? {} : { error_user_msg: row.user_msg }),
      fbtrace_id: newTraceId(),
    },
  };
}

export function errorReply(key: ErrorKey, style: ErrorStyle, message?: string): Reply {
  return jsonReply(errorStatus(key), errorBody(key, style, message));
}

function errorStatus(key: ErrorKey): number {
  const row: ErrorRow = ERROR_TABLE[key];
  return row.status ?? 400;
}

function newTraceId(): string {
  return `A${randomBytes(17).toString('base64url').slice(0, 22)}`;
}
