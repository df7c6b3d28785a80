import { type Outcome, underFault } from '../faults/fault.action.js';
import type { FaultList } from '../faults/fault-list.js';
import type { ApiCall } from './api-call.js';
import type { CallWork } from './call-work.js';
import type { RequestLog } from './request-log.js';

export interface CallServices {
  faults: FaultList;
  requests: RequestLog;
}

/** Every call of every host goes through here: faults strike, and the outcome is kept for `GET /_sandbox/requests`. */
export async function serveCall(services: CallServices, call: ApiCall, work: CallWork): Promise<Outcome> {
  const begun = performance.now();
  const fault = services.faults.strike(call.method, call.path, call.account);
  const outcome = await underFault(fault?.fault ?? null, work, call.account, services.faults.release);
  services.requests.record(call, outcome, performance.now() - begun, fault?.id ?? null);
  return outcome;
}
