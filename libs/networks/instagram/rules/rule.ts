import type { Violation } from '#kernel/app-error';
import type { MediaFacts, MediaKind } from '#networks/port/media-facts';
import type { RuleComparison, RuleSeverity, RuleUnit } from '#networks/port/rule-description';
import type { Judgement } from '#networks/port/social-network';
import type { Format, InstagramParams } from '../params/instagram-params.js';
import type { Placement } from '../params/placement.js';

/** A post as the rules see it. Media are delivery copies: what Instagram will fetch, not what the user sent. */
export interface Subject {
  readonly placement: Placement;
  readonly body: string;
  readonly params: InstagramParams;
  readonly media: readonly MediaFacts[];
}

type Figure = string | number;

/** One place where a rule is broken. */
export interface Finding {
  readonly path: string;
  readonly actual?: Figure;
  /** Where it depends on the post; otherwise the rule's own. */
  readonly limit?: Figure;
  /** Further words for the sentence. */
  readonly words?: Readonly<Record<string, Figure>>;
}

/** One rule about a post as a whole or about its parameters. Rules about single files are media limits, see media-limit.ts. */
export interface Rule {
  /** e.g. `instagram.caption.length_max`. */
  readonly id: string;
  readonly severity: RuleSeverity;
  /** Elsewhere it is not asked. */
  readonly formats: readonly Format[];
  /** Only files of this kind can break it. */
  readonly media?: MediaKind;
  /** What is looked at, e.g. `caption.characters`; the other words are those of the port, see rule-description.ts. */
  readonly subject: string;
  readonly comparison: RuleComparison;
  readonly unit?: RuleUnit;
  readonly limit?: number;
  readonly relativeTo?: string;
  readonly values?: readonly string[];
  /** The sentence: `{actual}`, `{limit}` and the finding's own words are put in. */
  readonly message: string;
  readonly fix: string;
  readonly source: string;
  readonly find: (subject: Subject) => readonly Finding[];
}

/** A rule on numbers: what they are is all that it adds. */
export interface CountingRule extends Omit<Rule, 'find' | 'comparison' | 'limit'> {
  readonly limit: number;
  readonly count: (subject: Subject) => readonly { readonly path: string; readonly actual: number }[];
}

export function atMost({ count, ...rule }: CountingRule): Rule {
  return { ...rule, comparison: 'max', find: (subject) => count(subject).filter(({ actual }) => actual > rule.limit) };
}

export function applyRules(rules: readonly Rule[], subject: Subject): Judgement {
  const found: Readonly<Record<RuleSeverity, Violation[]>> = { error: [], warning: [] };
  for (const rule of rules) {
    if (!rule.formats.includes(subject.params.format)) continue;
    for (const finding of rule.find(subject)) found[rule.severity].push(toViolation(rule, finding));
  }
  return { violations: found.error, warnings: found.warning };
}

function toViolation(rule: Rule, finding: Finding): Violation {
  const actual = finding.actual ?? null;
  const limit = finding.limit ?? rule.limit ?? null;
  return { rule: rule.id, path: finding.path, message: fill(rule.message, { ...finding.words, ...present({ actual, limit }) }), limit, actual, fix: rule.fix };
}

function present(figures: Readonly<Record<string, Figure | null>>): Record<string, Figure> {
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, Figure] => entry[1] !== null));
}

/** Puts words in the place of their names in braces; a name without a word stays. */
export function fill(template: string, words: Readonly<Record<string, Figure>>): string {
  return template.replace(/\{(\w+)\}/g, (name, key: string) => (Object.hasOwn(words, key) ? String(words[key]) : name));
}
