import type { MediaKind } from './media-facts.js';

export const ruleSeverities = ['error', 'warning'] as const;
export type RuleSeverity = (typeof ruleSeverities)[number];

/**
 * How a value is compared:
 *
 * - `max`, `min` with `limit`, inclusive; where `limit` is null, with the value named by `relative_to`
 * - `below` like `max`, exclusive
 * - `one_of` the value is among `values`
 * - `only_for` what the post becomes is among `values`
 * - `type` the value has the type that `values` names
 * - `required` it must be there
 * - `forbidden` it must not be there, or has no effect there (a warning)
 */
export const ruleComparisons = ['max', 'min', 'below', 'one_of', 'only_for', 'type', 'required', 'forbidden'] as const;
export type RuleComparison = (typeof ruleComparisons)[number];

export const ruleUnits = ['bytes', 'ms', 'px', 'fps', 'ratio', 'characters', 'items', 'bits_per_second', 'hertz'] as const;
export type RuleUnit = (typeof ruleUnits)[number];

/** From where on a rule speaks, and how loudly. */
export interface RuleThreshold {
  readonly severity: RuleSeverity;
  /** null: not a number, or relative to something of the post. */
  readonly limit: number | null;
  readonly values: readonly string[] | null;
  /** The sentence of the violation; `{actual}` and other names in braces stand for what a post has. */
  readonly message: string;
}

/** A rule as data: enough for a program to check before it sends, with the same verdict. */
export interface RuleDescription {
  /** As in a violation, e.g. `instagram.reel.duration_max`. */
  readonly id: string;
  readonly formats: readonly string[];
  /** The kind of file that the rule is about; null: the post as a whole. */
  readonly media: MediaKind | null;
  /** What is looked at, e.g. `caption.characters`. */
  readonly subject: string;
  readonly comparison: RuleComparison;
  readonly unit: RuleUnit | null;
  /** `one_pixel`: a ratio is within a limit when a picture one pixel wider or narrower would be. */
  readonly tolerance: 'one_pixel' | null;
  /** What the limit depends on, e.g. `media.count`; null: on nothing. */
  readonly relativeTo: string | null;
  /** The first that a value misses is what it gets: errors stand before warnings. */
  readonly thresholds: readonly RuleThreshold[];
  readonly fix: string;
  readonly source: string;
}
