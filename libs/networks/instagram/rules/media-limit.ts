import type { Violation } from '#kernel/app-error';
import type { MediaFacts, MediaKind } from '#networks/port/media-facts';
import type { RuleComparison, RuleSeverity, RuleUnit } from '#networks/port/rule-description';
import type { Format } from '../params/instagram-params.js';

type Figure = string | number;

/** What counts where the two sources disagree: `lenient` warns, `documented` takes Meta at its word (`MEDIA_LIMITS`). */
export type MediaLimitsMode = 'lenient' | 'documented';

/** What one of the two sources allows. */
export interface Allowance {
  /** As read after "allowed is", e.g. `at most 15 min`. */
  readonly words: string;
  readonly figure: Figure;
  /** The figure for programs, in the limit's unit; null: it is a list of words. */
  readonly limit: number | null;
  readonly values: readonly string[] | null;
  readonly allows: (facts: MediaFacts) => boolean;
}

/**
 * A limit on one file. Two sources disagree in places: the model (Postproxy's published limits, issue 5 §3) and Meta's
 * documentation (§1.7). Refused by both is an error. Refused by one only is a warning with both figures: what Meta
 * documents is not always what Instagram enforces, and the model is only somebody's own gate. With `documented`, what Meta
 * refuses is an error.
 */
export interface MediaLimit {
  /** e.g. `instagram.reel.duration_max`. */
  readonly id: string;
  readonly format: Format;
  readonly kind: MediaKind;
  /** As the sentence starts, e.g. `Video duration`. */
  readonly subject: string;
  readonly comparison: RuleComparison;
  readonly unit: RuleUnit | null;
  readonly tolerance?: 'one_pixel';
  readonly actual: (facts: MediaFacts) => Figure | null;
  /** null: the source knows no such limit. Where both know one, the model is never the stricter. */
  readonly model: Allowance | null;
  readonly documented: Allowance | null;
  readonly fix: string;
  readonly source: string;
}

export interface LimitVerdict {
  readonly severity: RuleSeverity;
  readonly violation: Violation;
}

/** Beyond what a file gets which severity. */
export interface LimitThreshold {
  readonly severity: RuleSeverity;
  readonly allowance: Allowance;
  /** With `{actual}` for what the file has. */
  readonly message: string;
}

/** Errors before warnings; a file gets the first that does not allow it. */
export function thresholdsOf(limit: MediaLimit, mode: MediaLimitsMode): readonly LimitThreshold[] {
  const { model, documented } = limit;
  const threshold = (severity: RuleSeverity, allowance: Allowance, rest: string): LimitThreshold => ({ severity, allowance, message: `${limit.subject} is {actual}; ${rest}` });
  const error = (allowance: Allowance): LimitThreshold => threshold('error', allowance, `allowed is ${allowance.words}`);
  const warning = (allowance: Allowance): LimitThreshold =>
    threshold('warning', allowance, `Meta documents ${documented?.words ?? 'none'}, the usual limit is ${model?.words ?? 'none'}`);
  if (documented === null) return model === null ? [] : [warning(model)];
  if (mode === 'documented') return [error(documented)];
  if (model === null) return [warning(documented)];
  return model.words === documented.words ? [error(model)] : [error(model), warning(documented)];
}

const thresholds: Readonly<Record<MediaLimitsMode, WeakMap<MediaLimit, readonly LimitThreshold[]>>> = { lenient: new WeakMap(), documented: new WeakMap() };

/** They never change, and every post asks for them. */
function knownThresholds(limit: MediaLimit, mode: MediaLimitsMode): readonly LimitThreshold[] {
  const known = thresholds[mode].get(limit) ?? thresholdsOf(limit, mode);
  thresholds[mode].set(limit, known);
  return known;
}

/** Pure. `index` counts the post's media from 0. null: within the limit, or nothing known to measure. */
export function judgeLimit(limit: MediaLimit, facts: MediaFacts, index: number, mode: MediaLimitsMode): LimitVerdict | null {
  const broken = knownThresholds(limit, mode).find(({ allowance }) => !allowance.allows(facts));
  // Last, for it is a sentence's figure, and most files break nothing.
  const actual = broken === undefined ? null : limit.actual(facts);
  if (actual === null || broken === undefined) return null;
  const { severity, allowance, message } = broken;
  return {
    severity,
    violation: { rule: limit.id, path: `media[${index}]`, message: message.replace('{actual}', String(actual)), limit: allowance.figure, actual, fix: limit.fix },
  };
}
