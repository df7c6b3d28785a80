import { setTimeout as sleep } from 'node:timers/promises';
import { errorBody, errorStatus } from '../graph/graph-error.js';
import { jsonReply, type Reply } from '../http/reply.js';
import type { FaultAction } from './fault.types.js';

/** `cut`: close the connection without an answer. */
export type Outcome = Reply | 'cut';

/** Answers a call under a fault. `answer` is the real work; whether and when it is done is the fault's whole point. */
export async function underFault(fault: FaultAction | null, answer: () => Promise<Reply>, release: AbortSignal): Promise<Outcome> {
  switch (fault?.kind) {
    case undefined: return answer();
    case 'error': case 'http': return scriptedReply(fault);
    case 'reset': return 'cut';
    case 'reset_after_effect': await answer(); return 'cut';
    case 'error_after_effect': await answer(); return scriptedReply(fault);
    case 'delay': await pause(fault.ms ?? 0, release); return answer();
    case 'hang': await pause(fault.ms ?? 3_600_000, release); return 'cut';
  }
}

/** Real time, cut short when faults are cleared or the sandbox closes. */
async function pause(ms: number, release: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: release, ref: false }).catch(() => undefined);
}

/** A given body wins over a preset; a text body goes out as HTML, the way a gateway answers (§2.1). */
function scriptedReply(fault: FaultAction): Reply {
  if (typeof fault.body === 'string') return { status: fault.status ?? 502, headers: { 'content-type': 'text/html; charset=utf-8' }, body: fault.body };
  if (fault.body !== null) return jsonReply(fault.status ?? 400, fault.body);
  if (fault.preset !== null) return jsonReply(fault.status ?? errorStatus(fault.preset), errorBody(fault.preset));
  if (fault.kind === 'http') return { status: fault.status ?? 502, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html><body><h1>Sorry, something went wrong.</h1></body></html>' };
  return jsonReply(fault.status ?? errorStatus('2'), errorBody('2'));
}
