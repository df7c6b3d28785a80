import { ControlError } from '../control/control-error.js';
import { type ErrorKey, isErrorKey } from '../graph/error.table.js';
import type { FaultBody } from './fault.shape.js';
import type { FaultAction, FaultMatch } from './fault.types.js';
import { matchesGlob } from './path-glob.js';
import { isThrottle } from './throttle.rules.js';

/** The kinds that answer something of the script's; with the others a preset, status or body would be a mistake. */
const SCRIPTED: readonly FaultAction['kind'][] = ['error', 'http', 'error_after_effect'];

/** Body of `POST /_sandbox/faults`; what its fields say together. Without `nth` and `times` the next matching call is hit, once. */
export function readFault(body: FaultBody): { match: FaultMatch; fault: FaultAction } {
  const { method, path, account, nth, times } = body.match;
  const match = { method: method ?? null, path, account: account ?? null, nth: nth ?? 1, times: times ?? 1 };
  const fault = readAction(body.fault);
  if (fault.doom !== null) checkDoom(match, fault);
  return { match, fault };
}

function readAction({ kind, preset: name = null, regain_minutes: regainMinutes = null, ms = null, status = null, body = null }: FaultBody['fault']): FaultAction {
  if (kind === 'delay' && ms === null) throw new ControlError(400, 'fault.ms is required for a delay');
  const useless = SCRIPTED.includes(kind) ? undefined : Object.entries({ preset: name, status, body }).find(([, value]) => value !== null)?.[0];
  if (useless !== undefined) throw new ControlError(400, `fault.${useless} goes with fault.kind ${SCRIPTED.join(', ')}`);
  const { preset, doom } = readPreset(name);
  if (regainMinutes !== null && !isThrottle(preset)) throw new ControlError(400, 'fault.regain_minutes goes with a preset that throttles: 4, 17, 32, 341, 613 or 80000 to 80014');
  return { kind, preset, doom, regain_minutes: regainMinutes, ms, status, body };
}

function readPreset(name: string | null): { preset: ErrorKey | null; doom: number | null } {
  if (name === null) return { preset: null, doom: null };
  const subcode = /^status\/(2207\d{3})$/u.exec(name)?.[1];
  if (subcode !== undefined) return { preset: null, doom: Number(subcode) };
  if (isErrorKey(name)) return { preset: name, doom: null };
  throw new ControlError(400, `fault.preset "${name}" is not a row of the error table; write "code", "code/subcode" or "status/2207xxx", e.g. "4/2207051"`);
}

/** A status text is a container's end, so only a call that makes a container can be given one (§2.3). */
function checkDoom(match: FaultMatch, fault: FaultAction): void {
  const preset = `fault.preset "status/${String(fault.doom)}"`;
  if (fault.kind !== 'error') throw new ControlError(400, `${preset} goes with fault.kind "error": the call succeeds, and the container it makes ends in ERROR`);
  if (fault.status !== null || fault.body !== null) throw new ControlError(400, `${preset} takes no status and no body: the call itself succeeds`);
  const canMatch = /(?:\/media|\*\*)$/u.test(match.path) || matchesGlob(match.path, '/me/media');
  if (canMatch && (match.method === null || match.method === 'POST')) return;
  throw new ControlError(400, `${preset} needs a match that creates containers: method POST and a path such as "/*/media"`);
}
