import { isErrorKey } from '../graph/error.table.js';
import { ControlError, type JsonReader } from '../control/json.reader.js';
import { FAULT_KINDS, type FaultAction, type FaultMatch } from './fault.types.js';

const METHODS = ['GET', 'POST', 'DELETE'];

/** Body of `POST /_sandbox/faults`. */
export function readFault(body: JsonReader): { match: FaultMatch; fault: FaultAction } {
  return { match: readMatch(body.object('match')), fault: readAction(body.object('fault')) };
}

/** Without `nth` and `times` the next matching call is hit, once. */
function readMatch(match: JsonReader): FaultMatch {
  match.allowOnly(['method', 'path', 'account', 'nth', 'times']);
  const method = match.text('method')?.toUpperCase() ?? null;
  if (method !== null && !METHODS.includes(method)) throw new ControlError(400, `match.method must be one of ${METHODS.join(', ')}`);
  const path = match.text('path');
  if (!path?.startsWith('/')) throw new ControlError(400, 'match.path is required and starts with "/": a glob over the path without version, e.g. "/*/media_publish"');
  return {
    method, path, account: match.text('account'),
    nth: match.integer('nth', 1, 1_000_000) ?? 1,
    times: match.integer('times', 0, 1_000_000) ?? 1,
  };
}

function readAction(action: JsonReader): FaultAction {
  action.allowOnly(['kind', 'status', 'body', 'preset', 'ms']);
  const kind = FAULT_KINDS.find((known) => known === action.text('kind'));
  if (!kind) throw new ControlError(400, `fault.kind must be one of ${FAULT_KINDS.join(', ')}`);
  const preset = action.text('preset');
  if (preset !== null && !isErrorKey(preset)) throw new ControlError(400, `fault.preset "${preset}" is not a row of the error table; write "code" or "code/subcode", e.g. "4/2207051"`);
  const ms = action.integer('ms', 0, 3_600_000);
  if (kind === 'delay' && ms === null) throw new ControlError(400, 'fault.ms is required for a delay');
  return { kind, preset, doom: null, ms, status: action.integer('status', 100, 599), body: action.json('body') };
}
