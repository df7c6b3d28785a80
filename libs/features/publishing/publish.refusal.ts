import { NetworkError } from '#networks/port/network-error';
import type { ActionOutcome } from './publish.action.js';

type RuleFinder = (facts: NetworkError['facts']) => string | null;

/** The same outcome; a failure also names the rule that the network's refusal is about, where the post breaks one. */
export function withRule(outcome: ActionOutcome, ruleOf: RuleFinder): ActionOutcome {
  if (outcome.kind === 'failed') return { ...outcome, error: named(outcome.error, ruleOf) };
  if (outcome.kind !== 'status' || outcome.status.state !== 'failed') return outcome;
  return { ...outcome, status: { ...outcome.status, error: named(outcome.status.error, ruleOf) } };
}

function named(error: NetworkError, ruleOf: RuleFinder): NetworkError {
  const rule = ruleOf(error.facts);
  return rule === null ? error : new NetworkError(error.errorClass, { ...error.facts, rule }, error.retryAt, { cause: error });
}
