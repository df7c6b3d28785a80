import { setTimeout as sleep } from 'node:timers/promises';
import { NO_EFFECT } from '../calls/effect.js';
import type { CallWork } from '../calls/call-work.js';
import { jsonReply, type Reply } from '../http/reply.js';
import type { Account } from '../state/entities.js';
import type { FaultAction } from './fault.types.js';
import { DEFAULT_REGAIN_MINUTES, withUsage } from './throttle.rules.js';

/** `cut`: close the connection without an answer. */
export type Outcome = Reply | 'cut';

/** Answers a call under a fault. Whether and when its work is done is the fault's whole point. */
export async function underFault(fault: FaultAction | null, { answer, refuse }: CallWork, account: Account | null, release: AbortSignal): Promise<Outcome> {
  switch (fault?.kind) {
    case undefined: return answer(NO_EFFECT);
    case 'error': return fault.doom === null ? scriptedReply(fault, refuse, account) : answer({ ...NO_EFFECT, doom: fault.doom });
    case 'http': return scriptedReply(fault, refuse, account);
    case 'reset': return 'cut';
    case 'reset_after_effect': await answer(NO_EFFECT); return 'cut';
    case 'error_after_effect': await answer(NO_EFFECT); return scriptedReply(fault, refuse, account);
    case 'delay': await pause(fault.ms ?? 0, release); return answer(NO_EFFECT);
    case 'hang': await pause(fault.ms ?? 3_600_000, release); return 'cut';
    case 'duplicate': return twice(answer);
  }
}

/** The client sees the first answer only, as with Instagram. */
async function twice(answer: CallWork['answer']): Promise<Reply> {
  const first = await answer(NO_EFFECT);
  if (first.status === 200) await answer({ ...NO_EFFECT, isRepeat: true });
  return first;
}

/** Real time, cut short when faults are cleared or the sandbox closes. */
async function pause(ms: number, release: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: release, ref: false }).catch(() => undefined);
}

/** A given body wins over a preset; a text body goes out as HTML, the way a gateway answers (§2.1). */
function scriptedReply(fault: FaultAction, refuse: CallWork['refuse'], account: Account | null): Reply {
  if (typeof fault.body === 'string') return { status: fault.status ?? 502, headers: { 'content-type': 'text/html; charset=utf-8' }, body: fault.body };
  if (fault.body !== null) return jsonReply(fault.status ?? 400, fault.body);
  if (fault.preset !== null) {
    const reply = withStatus(refuse(fault.preset), fault.status);
    return withUsage(reply, fault.preset, fault.regain_minutes ?? DEFAULT_REGAIN_MINUTES, account);
  }
  if (fault.kind === 'http') return { status: fault.status ?? 502, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html><body><h1>Sorry, something went wrong.</h1></body></html>' };
  return withStatus(refuse('2'), fault.status);
}

function withStatus(reply: Reply, status: number | null): Reply {
  return status === null ? reply : { ...reply, status };
}
