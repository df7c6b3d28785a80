import type { Violation } from '#kernel/app-error';
import type { MediaFacts, MediaKind } from '#networks/port/media-facts';
import type { Format } from '../params/instagram-params.js';

type Figure = string | number;

/** What one of the two sources allows. */
export interface Allowance {
  /** As read after "allowed is", e.g. `at most 15 min`. */
  readonly words: string;
  readonly figure: Figure;
  readonly allows: (facts: MediaFacts) => boolean;
}

/**
 * A limit on one file. Two sources disagree in places: the model (Postproxy's published limits, issue 5 §3) and Meta's
 * documentation (§1.7). Refused by both is an error. Refused by one only is a warning with both figures: what Meta
 * documents is not always what Instagram enforces, and the model is only somebody's own gate.
 */
export interface MediaLimit {
  /** e.g. `instagram.reel.duration_max`. */
  readonly id: string;
  readonly format: Format;
  readonly kind: MediaKind;
  /** As the sentence starts, e.g. `Video duration`. */
  readonly subject: string;
  readonly actual: (facts: MediaFacts) => Figure | null;
  /** null: the source knows no such limit. */
  readonly model: Allowance | null;
  readonly documented: Allowance | null;
  readonly fix: string;
  readonly source: string;
}

export interface LimitVerdict {
  readonly severity: 'error' | 'warning';
  readonly violation: Violation;
}

/** Pure. `index` counts the post's media from 0. null: within the limit, or nothing known to measure. */
export function judgeLimit(limit: MediaLimit, facts: MediaFacts, index: number): LimitVerdict | null {
  const actual = limit.actual(facts);
  if (actual === null) return null;
  const refusedByModel = limit.model?.allows(facts) === false;
  const refusedByMeta = limit.documented?.allows(facts) === false;
  if (!refusedByModel && !refusedByMeta) return null;
  const severity = refusedByModel && refusedByMeta ? 'error' : 'warning';
  const decisive = refusedByModel ? limit.model : limit.documented;
  const violation: Violation = {
    rule: limit.id, path: `media[${index}]`,
    message: `${limit.subject} is ${actual}; ${severity === 'error' ? `allowed is ${words(limit.model)}` : bothFigures(limit)}`,
    limit: decisive?.figure ?? null, actual, fix: limit.fix,
  };
  return { severity, violation };
}

function bothFigures(limit: MediaLimit): string {
  return `Meta documents ${words(limit.documented)}, the usual limit is ${words(limit.model)}`;
}

function words(allowance: Allowance | null): string {
  return allowance?.words ?? 'none';
}
