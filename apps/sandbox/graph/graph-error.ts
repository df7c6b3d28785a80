import { randomBytes } from 'node:crypto';
import { jsonReply, type JsonObject, type Reply } from '../http/reply.js';
import { type ErrorStyle, variationOf } from './error-style.js';
import { translatedText } from './error-texts.js';
import { type ErrorKey, errorNumbers, errorRow } from './error.table.js';

/** A refusal from the error table. `message` may say more than the row; code, subcode and status are the row's. */
export class GraphError extends Error {
  constructor(readonly key: ErrorKey, message?: string) {
    super(message ?? errorRow(key).message);
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

let answered = 0;

/** The envelope of §2.1. Fields a row does not have are left out in every style. */
function errorBody(key: ErrorKey, style: ErrorStyle, message?: string): JsonObject {
  const row = errorRow(key);
  const { code, subcode } = errorNumbers(key);
  const shown = variationOf(style.fields, answered);
  answered += 1;
  const text = translatedText(key, style.locale);
  const [title, userMessage] = [text?.title ?? row.title, text?.user_msg ?? row.user_msg];
  return {
    error: {
      message: message ?? row.message,
      type: shown.type ?? row.type ?? 'OAuthException',
      code,
      ...(subcode === null || !shown.withSubcode ? {} : { error_subcode: subcode }),
      ...(row.is_transient === undefined || !shown.withTransient ? {} : { is_transient: row.is_transient }),
      ...(title === undefined || !shown.withTitle ? {} : { error_user_title: title }),
      ...(userMessage === undefined || !shown.withUserMessage ? {} : { error_user_msg: userMessage }),
      fbtrace_id: newTraceId(),
    },
  };
}

export function errorReply(key: ErrorKey, style: ErrorStyle, message?: string): Reply {
  return jsonReply(errorRow(key).status ?? 400, errorBody(key, style, message));
}

function newTraceId(): string {
  return `A${randomBytes(17).toString('base64url').slice(0, 22)}`;
}
