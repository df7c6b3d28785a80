import type { Json, JsonObject } from '../http/reply.js';

/** Parameters and keys of answers whose text is a secret, whatever it looks like. */
const SECRET_NAMES = new Set(['access_token', 'client_secret', 'code', 'appsecret_proof', 'fb_exchange_token', 'input_token', 'signed_request']);
/** Tokens of both logins, wherever they stand: in answers, in `next` links, in texts. */
const TOKEN = /(?:IGAA|EAA)[\w-]{12,}/gu;
const IN_ADDRESS = new RegExp(`([?&](?:${[...SECRET_NAMES].join('|')})=)([^&#"'\\s\\\\<]+)`, 'gu');
const KEPT_AT_START = 6;
const KEPT_AT_END = 4;
/** More than a Graph answer nests; what is deeper is left out, so that no body can exhaust the stack. */
const MAX_DEPTH = 40;

/** Any JSON value with its secrets masked: enough is left of each to tell two apart. */
export function masked(value: unknown, depth = 0): Json {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_DEPTH) return '…';
  return Array.isArray(value) ? value.map((item) => masked(item, depth + 1)) : maskedObject(value, depth);
}

export function maskedObject(object: object, depth = 0): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, item]: [string, unknown]) => [
    name, SECRET_NAMES.has(name) ? hidden(item, depth) : masked(item, depth + 1),
  ]));
}

export function maskedText(text: string): string {
  return text.replace(IN_ADDRESS, (_whole, start: string, secret: string) => start + shortened(secret)).replace(TOKEN, shortened);
}

/** Numbers stay: `code` is also that of an error. A list or object in the place of a secret may be made of secrets. */
function hidden(item: unknown, depth: number): Json {
  if (typeof item === 'string') return shortened(item);
  return typeof item === 'object' && item !== null ? '…' : masked(item, depth + 1);
}

/** The first 6 and last 4 characters of a long secret, nothing of a short one. */
function shortened(secret: string): string {
  return secret.length < 2 * (KEPT_AT_START + KEPT_AT_END) ? '…' : `${secret.slice(0, KEPT_AT_START)}…${secret.slice(-KEPT_AT_END)}`;
}
