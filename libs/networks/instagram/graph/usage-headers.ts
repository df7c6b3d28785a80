import { asList, asRecord, parseJson } from './json-reader.js';

/** Header names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** How much of its rate limits an account has used (§3). */
export interface Usage {
  /** The worst of calls, CPU and time; 100 is the limit, more was seen. */
  readonly percent: number;
  /** Minutes until calls are allowed again; 0 when they are. */
  readonly regainMinutes: number;
}

/** Of one limit: the application's, or one account's. */
export interface ScopedUsage extends Usage {
  /** The business object that the figures are of; null: the application. */
  readonly account: string | null;
}

/** The same for each limit that the headers tell of. */
export function readUsages(headers: AnswerHeaders): readonly ScopedUsage[] {
  const app = usageOf([asRecord(parseJson(headers['x-app-usage'] ?? ''))]);
  const byObject = asRecord(parseJson(headers['x-business-use-case-usage'] ?? ''));
  const accounts = Object.entries(byObject ?? {}).flatMap(([account, rows]) => {
    const usage = usageOf(asList(rows).map(asRecord));
    return usage ? [{ account, ...usage }] : [];
  });
  return [...(app ? [{ account: null, ...app }] : []), ...accounts];
}

/** From `X-App-Usage` and `X-Business-Use-Case-Usage`, the worst of all; null when the answer has neither (they appear only after enough calls). */
export function readUsage(headers: AnswerHeaders): Usage | null {
  return worstOf(readUsages(headers));
}

export function worstOf(usages: readonly ScopedUsage[]): Usage | null {
  if (usages.length === 0) return null;
  return { percent: Math.max(...usages.map(({ percent }) => percent)), regainMinutes: Math.max(...usages.map(({ regainMinutes }) => regainMinutes)) };
}

function usageOf(rows: readonly (Readonly<Record<string, unknown>> | null)[]): Usage | null {
  const entries = rows.filter((entry) => entry !== null);
  if (entries.length === 0) return null;
  const worst = (names: readonly string[]): number =>
    Math.max(0, ...entries.flatMap((entry) => names.map((name) => entry[name])).filter((value) => typeof value === 'number'));
  return {
    percent: worst(['call_count', 'total_cputime', 'total_time']),
    regainMinutes: worst(['estimated_time_to_regain_access']),
  };
}
