import type { ErrorStyle } from '../graph/error-style.js';
import type { ErrorKey } from '../graph/error.table.js';
import { errorReply, GraphError } from '../graph/graph-error.js';
import { jsonReply, type Reply } from '../http/reply.js';
import { AuthorizeError } from './authorize.error.js';
import { refusalPage } from './authorize.view.js';
import type { Wording } from './oauth-call.js';

/** What was thrown, in the words of the endpoint. Anything unexpected is a bug of the sandbox and answers code 1. */
export function replyToRefusal(error: unknown, wording: Wording, style: ErrorStyle, log: (line: string) => void): Reply {
  if (error instanceof AuthorizeError) return refusalPage(error.status, error.title, error.message);
  if (error instanceof GraphError) return worded(error.key, error.message, wording, style);
  log(`sandbox: unexpected ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return replyToPreset('1', wording, style);
}

/** A row of the error table, for scripted faults. */
export function replyToPreset(key: ErrorKey, wording: Wording, style: ErrorStyle): Reply {
  return worded(key, new GraphError(key).message, wording, style);
}

function worded(key: ErrorKey, message: string, wording: Wording, style: ErrorStyle): Reply {
  const inEnvelope = errorReply(key, style, message);
  if (wording === 'graph') return inEnvelope;
  const plain = message.replace(/^\(#-?\d+\) /u, '');
  if (wording === 'page') return refusalPage(inEnvelope.status, 'Something went wrong', plain);
  // `code` is the HTTP status here, not a code of the error table (§2.1: "code":400).
  return jsonReply(inEnvelope.status, { error_type: 'OAuthException', code: inEnvelope.status, error_message: plain });
}
