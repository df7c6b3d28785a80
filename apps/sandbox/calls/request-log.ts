import type { Outcome } from '../faults/fault.action.js';
import type { ApiCall } from './api-call.js';

/** The last calls, for people who ask what their client really sent. In memory only. */
export class RequestLog {
  record(_call: ApiCall, _outcome: Outcome, _tookMs: number, _faultId: string | null): void {
    return;
  }
}
