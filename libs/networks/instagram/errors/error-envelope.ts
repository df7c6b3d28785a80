import { asInteger, asRecord, asText } from '../graph/json-reader.js';

/** What a failed answer says about itself, whatever shape it has. */
export interface ErrorEnvelope {
  /** `graph`: the usual envelope (§2.1) · `oauth`: flat, of the token endpoints; its code is an HTTP status · `upload`: rupload's `debug_info` (§1.5). */
  readonly shape: 'graph' | 'oauth' | 'upload';
  readonly code: number | null;
  readonly subcode: number | null;
  readonly message: string;
  readonly traceId: string | null;
  /** Absent from many answers: null. */
  readonly isTransient: boolean | null;
}

const longestMessage = 1000;

/** null when the body is not an error of the Graph API: a gateway's page, an empty body, or a success. */
export function readErrorEnvelope(body: unknown): ErrorEnvelope | null {
  const root = asRecord(body);
  if (!root) return null;
  return readGraphError(asRecord(root['error'])) ?? readOAuthError(root) ?? readUploadError(asRecord(root['debug_info']));
}

function readGraphError(error: Readonly<Record<string, unknown>> | null): ErrorEnvelope | null {
  if (!error) return null;
  const message = asText(error['message']) ?? 'Instagram gave no message';
  const forPeople = asText(error['error_user_msg']);
  return {
    shape: 'graph',
    code: asInteger(error['code']),
    subcode: asInteger(error['error_subcode']),
    message: shorten(forPeople && forPeople !== message ? `${message} (${forPeople})` : message),
    traceId: asText(error['fbtrace_id']),
    isTransient: typeof error['is_transient'] === 'boolean' ? error['is_transient'] : null,
  };
}

function readOAuthError(root: Readonly<Record<string, unknown>>): ErrorEnvelope | null {
  const message = asText(root['error_message']);
  if (message === null) return null;
  return { shape: 'oauth', code: asInteger(root['code']), subcode: null, message: shorten(message), traceId: null, isTransient: null };
}

function readUploadError(info: Readonly<Record<string, unknown>> | null): ErrorEnvelope | null {
  if (!info) return null;
  const message = asText(info['message']) ?? asText(info['type']) ?? 'The upload failed';
  return { shape: 'upload', code: null, subcode: null, message: shorten(message), traceId: null, isTransient: info['retriable'] === true };
}

/** Fit to be stored: PostgreSQL takes neither NUL nor half a character, and cutting may leave half of one. */
function shorten(text: string): string {
  const short = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
  return short.replaceAll('\0', '').toWellFormed();
}
