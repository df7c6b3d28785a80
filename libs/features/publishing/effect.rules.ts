import { after, minutes, seconds } from '#kernel/clock';
import type { NetworkError } from '#networks/port/network-error';
import { maxReadBacks, nextRetry, pollPause } from './publish.plan.js';

/**
 * Effects without a container to ask: a comment, a reply, a message. Their intent is written, then the call goes out once; when its answer is
 * lost they are looked for among what the account itself has written since, and what is not found beyond doubt is shown as unconfirmed. They are
 * repeated only when the network has said that nothing happened.
 */
export interface WrittenEffect {
  readonly text: string;
  /** When its call went out. */
  readonly calledAt: Date;
}

/** Something that the account itself wrote. Whoever reads it leaves out what others wrote. */
export interface OwnWriting {
  readonly id: string;
  readonly text: string;
  readonly at: Date;
}

export type EffectVerdict =
  /** Nothing happened; the same call again then. */
  | { readonly kind: 'repeat'; readonly at: Date }
  /** It may have happened: look for it then, and do not repeat it. */
  | { readonly kind: 'look'; readonly at: Date }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unconfirmed' };

/** How far the network's clock may be from ours. */
const clockTolerance = minutes(2);

/** Longer than any call lasts: what was written later is somebody else's doing. */
const longestCall = minutes(2);

const firstLook = seconds(2);

/** The one writing of this text in the time of the call. Two are ambiguous, and none is an answer too. */
export function findEffect(effect: WrittenEffect, writings: readonly OwnWriting[]): string | null {
  const [from, until] = [after(effect.calledAt, -clockTolerance), after(effect.calledAt, longestCall + clockTolerance)];
  const matches = writings.filter(({ text, at }) => at >= from && at <= until && isSameText(text, effect.text));
  return matches.length === 1 ? (matches[0]?.id ?? null) : null;
}

/** What a failed call means. `attempts`: earlier ones that had no effect for certain. */
export function afterEffectFailed(error: NetworkError, attempts: number, now: Date): EffectVerdict {
  if (error.errorClass === 'outcome_unknown') return { kind: 'look', at: after(now, firstLook) };
  const planned = nextRetry(attempts, now);
  if (planned && error.errorClass === 'rate_limited') return { kind: 'repeat', at: error.retryAt ?? planned };
  return planned && error.errorClass === 'retry_later' ? { kind: 'repeat', at: planned } : { kind: 'refused' };
}

/** It was not found, or could not be looked for. `checks`: how often already. */
export function afterEffectMissed(checks: number, now: Date): EffectVerdict {
  return checks >= maxReadBacks ? { kind: 'unconfirmed' } : { kind: 'look', at: after(now, pollPause(checks + 1)) };
}

/** Networks trim and fold white space and compose letters; nothing else of a text changes. */
function isSameText(left: string, right: string): boolean {
  const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return plain(left) === plain(right);
}
