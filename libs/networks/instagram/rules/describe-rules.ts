import type { RuleDescription } from '#networks/port/rule-description';
import { thresholdsOf, type MediaLimit, type MediaLimitsMode } from './media-limit.js';
import { mediaLimits } from './media-limits.js';
import { fill, type Rule } from './rule.js';
import { rules } from './rules.js';
import { shapeRules } from './shape-rules.js';

/** Every rule there is, as data, in the order of this page: the post, its parameters, its files. */
export function describeRules(mode: MediaLimitsMode): readonly RuleDescription[] {
  return [...rules.map(describeRule), ...shapeRules, ...mediaLimits.map((limit) => describeLimit(limit, mode))];
}

function describeRule(rule: Rule): RuleDescription {
  const limit = rule.limit ?? null;
  return {
    id: rule.id, formats: rule.formats, media: rule.media ?? null,
    subject: rule.subject, comparison: rule.comparison, unit: rule.unit ?? null, tolerance: null, relativeTo: rule.relativeTo ?? null,
    thresholds: [{ severity: rule.severity, limit, values: rule.values ?? null, message: fill(rule.message, limit === null ? {} : { limit }) }],
    fix: rule.fix, source: rule.source,
  };
}

function describeLimit(limit: MediaLimit, mode: MediaLimitsMode): RuleDescription {
  return {
    id: limit.id, formats: [limit.format], media: limit.kind,
    subject: nameOf(limit.subject), comparison: limit.comparison, unit: limit.unit, tolerance: limit.tolerance ?? null, relativeTo: null,
    thresholds: thresholdsOf(limit, mode).map(({ severity, allowance, message }) => ({ severity, limit: allowance.limit, values: allowance.values, message })),
    fix: limit.fix, source: limit.source,
  };
}

/** `Video duration` → `video_duration`, `The shorter side` → `shorter_side`. */
function nameOf(subject: string): string {
  return subject.toLowerCase().replace(/^the /, '').replace(/[^a-z0-9]+/g, '_');
}
