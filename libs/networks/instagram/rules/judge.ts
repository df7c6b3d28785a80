import type { Judgement, PostContent } from '#networks/port/social-network';
import { storedParams } from '../params/params-reader.js';
import { placementOf } from '../params/placement.js';
import { judgeLimit, type LimitVerdict, type MediaLimit, type MediaLimitsMode } from './media-limit.js';
import { mediaLimits } from './media-limits.js';
import { applyRules, type Subject } from './rule.js';
import { rules } from './rules.js';

/** The whole post against all rules. Pure, so `validate`, `create` and the worker come to the same judgement. */
export function judgePost(content: PostContent, mode: MediaLimitsMode = 'lenient'): Judgement {
  const params = storedParams(content.params);
  const subject: Subject = { ...content, params, placement: placementOf(params.format, content.media) };
  const general = applyRules(rules, subject);
  const perFile = judgeMedia(subject, mode);
  const of = (severity: LimitVerdict['severity']) => perFile.filter((verdict) => verdict.severity === severity).map(({ violation }) => violation);
  return { violations: [...general.violations, ...of('error')], warnings: [...general.warnings, ...of('warning')] };
}

const limitsOf = new Map<string, MediaLimit[]>();
for (const limit of mediaLimits) {
  const key = `${limit.format} ${limit.kind}`;
  limitsOf.set(key, [...(limitsOf.get(key) ?? []), limit]);
}

function judgeMedia({ params, media }: Subject, mode: MediaLimitsMode): LimitVerdict[] {
  return media.flatMap((facts, index) =>
    (limitsOf.get(`${params.format} ${facts.kind}`) ?? [])
      .map((limit) => judgeLimit(limit, facts, index, mode))
      .filter((verdict) => verdict !== null));
}
