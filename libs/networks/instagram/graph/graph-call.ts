import { NetworkError, type NetworkErrorClass } from '#networks/port/network-error';
import type { CallStep } from '../errors/error-policy.js';
import type { Usage } from './usage-headers.js';

/** One call of the Graph API. */
export interface GraphCall {
  readonly step: CallStep;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** e.g. `/{account}/media_publish`. Names in braces come from `ids`; logs and metrics see only this text. */
  readonly path: string;
  readonly ids?: Readonly<Record<string, string>>;
  /** Query of a GET, form body of anything else. Lists and objects as JSON text (§0). */
  readonly params?: Readonly<Record<string, string>>;
  /** Empty: none is sent, as the token endpoints want it in `params`. */
  readonly accessToken: string;
}

/** What an observer learns of a call: enough for logs, metrics and slowing down; never the token, ids or texts. */
export interface CallReport {
  readonly step: CallStep;
  readonly method: GraphCall['method'];
  readonly path: string;
  /** null: no answer came. */
  readonly httpStatus: number | null;
  readonly durationMs: number;
  /** Meta's own id of the call, for their support. */
  readonly traceId: string | null;
  /** null: the call succeeded. */
  readonly errorClass: NetworkErrorClass | null;
  readonly usage: Usage | null;
}

export type CallObserver = (report: CallReport) => void;

/** @throws NetworkError for an id that would lead to another path. */
export function fillPath(call: GraphCall): string {
  return call.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = call.ids?.[name] ?? '';
    if (/^\.{0,2}$/.test(id)) {
      throw new NetworkError('rejected', {
        code: null, subcode: null, message: `"${id}" is no id of Instagram`, httpStatus: null, traceId: null, remedy: null,
      });
    }
    return encodeURIComponent(id);
  });
}
