import { after, minutes } from '#kernel/clock';
import { NetworkError, type NetworkErrorFacts } from '#networks/port/network-error';
import { readUsage, type AnswerHeaders } from '../graph/usage-headers.js';
import { readErrorEnvelope, type ErrorEnvelope } from './error-envelope.js';
import { errorPolicies, type CallStep, type ErrorPolicy } from './error-policy.js';
import type { ErrorRow } from './error-row.js';
import { findErrorRow } from './error-table.js';

/** An answer that is not the success the call wanted. `body` is parsed JSON; `undefined` when it was none (HTML, empty). */
export interface FailedAnswer {
  readonly httpStatus: number;
  readonly headers: AnswerHeaders;
  readonly body: unknown;
}

/** No answer. `not_sent`: no connection was made, so nothing can have happened. */
export interface TransportFailure {
  readonly kind: 'not_sent' | 'timeout' | 'broken';
  /** e.g. `ECONNRESET`. */
  readonly reason: string;
}

type Ruling = Pick<ErrorRow, 'policy' | 'maxTries' | 'remedy' | 'isPostLimit' | 'concernsAccount'>;

const gateway: Ruling = { policy: 'ambiguous', remedy: 'Nothing to do: Heliograph tries again. If it stays, check INSTAGRAM_GRAPH_URL.' };

/** Classes by code and subcode; by HTTP status only where no Graph error came with it (§2.1). Pure. */
export function classifyAnswer(step: CallStep, answer: FailedAnswer, now: Date): NetworkError {
  const envelope = readErrorEnvelope(answer.body);
  const ruling = envelope ? rule(envelope, step) : ruleByStatus(answer.httpStatus);
  const message = envelope?.message ?? `Instagram answered HTTP ${answer.httpStatus} without a usable body`;
  const facts = {
    code: envelope?.code ?? null,
    subcode: envelope?.subcode ?? null,
    message,
    httpStatus: answer.httpStatus,
    traceId: envelope?.traceId ?? answer.headers['x-fb-trace-id'] ?? null,
  };
  return toError(step, ruling, facts, regainTime(answer.headers, now));
}

/** A reset or a timeout leaves open whether a publish or a comment happened; a connection never made does not. */
export function classifyTransport(step: CallStep, failure: TransportFailure): NetworkError {
  const said = failure.kind === 'not_sent' ? 'could not be reached' : failure.kind === 'timeout' ? 'did not answer in time' : 'broke off the connection';
  const ruling: Ruling = { policy: failure.kind === 'not_sent' ? 'backoff' : 'ambiguous', remedy: gateway.remedy };
  const facts = { code: null, subcode: null, message: `Instagram ${said} (${failure.reason})`, httpStatus: null, traceId: null, ...(failure.kind === 'timeout' && { isTimeout: true as const }) };
  return toError(step, ruling, facts, null);
}

/**
 * A container in state ERROR. Its `status` is documented as a subcode but reads `Error: Media upload has failed with
 * error code 2207082` (§1.3). Such a container never heals, so whatever could be repeated means: make a new one.
 */
export function classifyContainerStatus(statusText: string): NetworkError {
  const subcode = Number(/(?<!\d)\d{7}(?!\d)/.exec(statusText)?.[0] ?? Number.NaN);
  const row = Number.isNaN(subcode) ? null : findErrorRow(null, subcode);
  const ruling = row ?? { policy: 'recreate' as const, maxTries: 1, remedy: 'Check the media against the format rules.' };
  const found = errorPolicies[ruling.policy].create;
  const facts = { code: row?.code ?? null, subcode: row ? subcode : null, message: statusText, httpStatus: null, traceId: null };
  const error = toError('create', ruling, facts, null);
  return found === 'retry_later' || found === 'poll' ? new NetworkError('recreate', { ...error.facts, maxTries: ruling.maxTries ?? 1 }) : error;
}

function rule(envelope: ErrorEnvelope, step: CallStep): Ruling {
  if (envelope.shape === 'upload') return { ...gateway, policy: envelope.isTransient ? 'backoff' : 'recreate', maxTries: 1 };
  if (envelope.shape === 'oauth') return (envelope.code ?? 0) >= 429 ? ruleByStatus(envelope.code ?? 0) : { policy: 'fix', remedy: 'Connect the account again.' };
  return findErrorRow(envelope.code, envelope.subcode) ?? ruleUnknown(envelope, step);
}

/** The documented exception names are identifiers, not translated text (§2.3 last row); they matter only when the numbers say nothing. */
const exceptionName = /\bINSTAGRAM_PLATFORM_API__[A-Z_]+/;

/** Numbers nobody documented: in doubt the effect is open; a call without effect may be repeated unless the network says it is no passing fault. */
function ruleUnknown(envelope: ErrorEnvelope, step: CallStep): Ruling {
  const remedy = 'If it stays, report the code and subcode: they are not documented.';
  const policy: ErrorPolicy = exceptionName.test(envelope.message) || (step === 'create' && envelope.isTransient === false) ? 'fix' : 'ambiguous';
  return { policy, remedy };
}

function ruleByStatus(status: number): Ruling {
  return status === 429 ? { policy: 'quota', remedy: 'Wait: Heliograph goes on when the limit allows.' } : gateway;
}

function regainTime(headers: AnswerHeaders, now: Date): Date | null {
  const regain = readUsage(headers)?.regainMinutes ?? 0;
  return regain > 0 ? after(now, minutes(regain)) : null;
}

/** A spam block gets worse with every call (postiz-app #1681), and a duplicate stays one. */
const finalIfUntouched: ReadonlySet<Ruling['policy']> = new Set(['action_blocked', 'duplicate']);

function toError(step: CallStep, ruling: Ruling, facts: Omit<NetworkErrorFacts, 'remedy' | 'maxTries' | 'isFinalIfUntouched' | 'isPostLimit' | 'concerns'>, regainAt: Date | null): NetworkError {
  const errorClass = errorPolicies[ruling.policy][step];
  const bounded = ruling.maxTries === undefined ? {} : { maxTries: ruling.maxTries };
  const final = errorClass === 'outcome_unknown' && finalIfUntouched.has(ruling.policy) ? { isFinalIfUntouched: true } : {};
  const concerns = ruling.concernsAccount ? { concerns: 'account' as const } : {};
  return new NetworkError(errorClass, { ...facts, remedy: ruling.remedy, ...bounded, ...final, ...concerns, ...(ruling.isPostLimit && { isPostLimit: true as const }) }, errorClass === 'rate_limited' ? regainAt : null);
}
