import { object, type Read } from '../control/object.shape.js';
import { anyJson, described, integer, keyword, named, nullable, oneOf, optional, text } from '../control/shape.js';
import { FAULT_KINDS } from './fault.types.js';

const METHODS = ['GET', 'POST', 'DELETE'] as const;
const MANY = 1_000_000;
const HOUR_MS = 3_600_000;

const path = text({ pattern: /^\/.{0,199}$/u, what: 'a glob over the path without version which starts with "/", e.g. "/*/media_publish", of 200 characters at most' });

const MATCH = {
  method: described(nullable(keyword(METHODS)), 'null: any'),
  path: described(path, 'a star is one segment, two stars any number'),
  account: described(nullable(text()), 'user_id, id or username of the account whose token is used; null: any'),
  nth: described(integer(1, MANY), 'first matching call that is hit; default 1'),
  times: described(integer(0, MANY), 'how many calls are hit from there on; 0 = all; default 1'),
};

const ACTION = {
  kind: oneOf(FAULT_KINDS),
  preset: described(nullable(text()), 'a row of the error tables, "code" or "code/subcode", or the end of a container, "status/2207xxx"'),
  status: nullable(integer(200, 599)),
  body: described(anyJson(), 'answered as it is; a text as HTML'),
  regain_minutes: described(nullable(integer(1, 1440)), 'with a preset that throttles: the minutes in the usage headers'),
  ms: described(nullable(integer(0, HOUR_MS)), 'of a delay, or until a hanging call is cut'),
};

/** Body of `POST /_sandbox/faults`: where, and what. */
export const FAULT_BODY = named('NewFault', object({
  match: object({ ...MATCH, method: optional(MATCH.method), account: optional(MATCH.account), nth: optional(nullable(MATCH.nth)), times: optional(nullable(MATCH.times)) }),
  fault: object({
    kind: ACTION.kind, preset: optional(ACTION.preset), status: optional(ACTION.status), body: optional(ACTION.body),
    regain_minutes: optional(ACTION.regain_minutes), ms: optional(ACTION.ms),
  }),
}));

export type FaultBody = Read<typeof FAULT_BODY>;

/** A fault as `GET /_sandbox/faults` shows it. */
export const FAULT_ROW = named('Fault', object({
  id: text(),
  match: object(MATCH),
  fault: object({ ...ACTION, doom: described(nullable(integer(2_207_000, 2_207_999)), 'subcode of a "status/2207xxx" preset') }),
  seen: described(integer(0, Number.MAX_SAFE_INTEGER), 'matching calls so far'),
  hits: described(integer(0, Number.MAX_SAFE_INTEGER), 'how many of them were hit'),
}));
