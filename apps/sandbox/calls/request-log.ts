import type { Outcome } from '../faults/fault.action.js';
import type { Host } from '../http/hosts.js';
import type { Json, JsonObject } from '../http/reply.js';
import type { Account } from '../state/entities.js';
import type { ApiCall } from './api-call.js';
import { cutText, keptParameters } from './call-excerpt.js';
import { masked, maskedObject, maskedText } from './masking.js';

/** One call as people see it: secrets masked, long texts cut. */
export interface RequestRow {
  /** Grows by one with every call of the process. */
  id: number;
  /** Sandbox time of the answer, ISO 8601. */
  at: string;
  method: string;
  /** null: called at the sandbox's root. */
  host: Host | null;
  /** As called, with version. */
  path: string;
  /** Whose token came with it. */
  account: { user_id: string; username: string } | null;
  parameters: JsonObject;
  /** `cut`: the connection was closed without an answer. */
  status: number | 'cut';
  /** Parsed JSON, or the text when it is none or was cut; null when there was no answer. */
  answer: Json;
  took_ms: number;
  fault_id: string | null;
}

interface Entry {
  id: number;
  at: number;
  call: Pick<ApiCall, 'method' | 'target' | 'account'>;
  parameters: Record<string, unknown>;
  status: number | 'cut';
  body: string | null;
  tookMs: number;
  faultId: string | null;
}

const CAPACITY = 1000;

/**
 * The last calls, for people who ask what their client really sent. In memory only. Every call passes here, so recording keeps
 * references, and copies only what is large; parsing and masking wait until somebody looks.
 */
export class RequestLog {
  private readonly ring: Entry[] = [];
  private count = 0;
  /** Entries since the log was emptied; ids go on. */
  private kept = 0;

  constructor(private readonly now: () => number) {}

  record({ method, target, account, parameters }: ApiCall, outcome: Outcome, tookMs: number, faultId: string | null): void {
    this.ring[this.count % CAPACITY] = {
      id: this.count + 1, at: this.now(), call: { method, target, account }, parameters: keptParameters(parameters),
      status: outcome === 'cut' ? 'cut' : outcome.status, body: outcome === 'cut' ? null : cutText(outcome.body), tookMs, faultId,
    };
    this.count += 1;
    this.kept = Math.min(this.kept + 1, CAPACITY);
  }

  /** Newest first. @param account null: everybody's calls, also those without a known token */
  list({ limit, account }: { limit: number; account: Account | null }): RequestRow[] {
    const rows: RequestRow[] = [];
    for (let back = 1; back <= this.kept && rows.length < limit; back += 1) {
      const entry = this.ring[(this.count - back) % CAPACITY];
      if (entry && (account === null || entry.call.account?.user_id === account.user_id)) rows.push(rowOf(entry));
    }
    return rows;
  }

  clear(): void {
    this.ring.length = 0;
    this.kept = 0;
  }
}

function rowOf({ id, at, call: { method, target, account }, parameters, status, body, tookMs, faultId }: Entry): RequestRow {
  return {
    id, at: new Date(at).toISOString(), method, host: target.host, path: maskedText(target.pathname),
    account: account && { user_id: account.user_id, username: account.username },
    parameters: maskedObject(parameters),
    status, answer: body === null ? null : masked(parsed(body)), took_ms: Math.round(tookMs * 10) / 10, fault_id: faultId,
  };
}

function parsed(body: string): unknown {
  if (!body.startsWith('{') && !body.startsWith('[')) return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Cut, or a scripted fault's text: shown as it is.
    return body;
  }
}
