import type { Violation } from '#kernel/app-error';
import type { MediaFacts } from '#networks/port/media-facts';
import type { Judgement } from '#networks/port/social-network';
import type { InstagramParams } from '../params/instagram-params.js';
import type { Placement } from '../params/placement.js';

/** A post as the rules see it. Media are delivery copies: what Instagram will fetch, not what the user sent. */
export interface Subject {
  readonly placement: Placement;
  readonly body: string;
  readonly params: InstagramParams;
  readonly media: readonly MediaFacts[];
}

/** One place where a rule is broken. */
export interface Finding {
  readonly path: string;
  /** A sentence with the limit and the actual value. */
  readonly message: string;
  readonly limit?: string | number;
  readonly actual?: string | number;
}

/** One rule about a post as a whole or about its parameters. Rules about single files are media limits, see media-limit.ts. */
export interface Rule {
  /** e.g. `instagram.caption.length_max`. */
  readonly id: string;
  readonly severity: 'error' | 'warning';
  readonly fix: string;
  readonly source: string;
  readonly find: (subject: Subject) => readonly Finding[];
}

export function applyRules(rules: readonly Rule[], subject: Subject): Judgement {
  const found = rules.flatMap((rule) => rule.find(subject).map((finding) => ({ rule, violation: toViolation(rule, finding) })));
  const of = (severity: Rule['severity']): Violation[] => found.filter(({ rule }) => rule.severity === severity).map(({ violation }) => violation);
  return { violations: of('error'), warnings: of('warning') };
}

function toViolation(rule: Rule, finding: Finding): Violation {
  return {
    rule: rule.id, path: finding.path, message: finding.message,
    limit: finding.limit ?? null, actual: finding.actual ?? null, fix: rule.fix,
  };
}
