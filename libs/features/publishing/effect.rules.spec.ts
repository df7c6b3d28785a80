import { describe, expect, it } from 'vitest';
import { after, hours, minutes, seconds } from '#kernel/clock';
import { networkErrorClasses } from '#networks/port/network-error';
import { afterEffectFailed, afterEffectMissed, findEffect } from './effect.rules.js';
import { maxReadBacks, retryPauses } from './publish.plan.js';
import { failure } from './publish.policy.js';

const now = new Date('2026-11-21T12:00:00Z');
const effect = { text: 'Hi  there', calledAt: now };
const own = (id: string, text = effect.text, at = now): { id: string; text: string; at: Date } => ({ id, text, at });

describe('looking for what was written', () => {
  it.each([
    ['the one of this text', [own('1'), own('2', 'Other')], '1'],
    ['the same text as the network keeps it: trimmed, folded', [own('1', ' Hi there\n')], '1'],
    ['none', [own('1', 'Other')], null],
    ['nothing of two, for nobody knows which', [own('1'), own('2')], null],
    ['nothing of another case', [own('1', 'hi there')], null],
    ['nothing older than the call', [own('1', effect.text, after(now, -minutes(3)))], null],
    ['nothing much newer than the call', [own('1', effect.text, after(now, minutes(5)))], null],
    ['what a clock behind ours dates before the call', [own('1', effect.text, after(now, -minutes(1)))], '1'],
  ])('takes %s', (_name, writings, id) => {
    expect(findEffect(effect, writings)).toBe(id);
  });
});

describe('a failed call', () => {
  it.each(networkErrorClasses)('is repeated only where nothing happened: %s', (errorClass) => {
    const kind = { outcome_unknown: 'look', retry_later: 'repeat', rate_limited: 'repeat' }[errorClass as string] ?? 'refused';
    expect(afterEffectFailed(failure(errorClass, 'x'), 0, now).kind).toBe(kind);
  });

  it('waits as long as a limit says, and follows the retry plan to its end', () => {
    const limited = Object.assign(failure('rate_limited', 'x'), { retryAt: after(now, hours(2)) });
    expect(afterEffectFailed(limited, 0, now)).toEqual({ kind: 'repeat', at: after(now, hours(2)) });
    expect(afterEffectFailed(failure('retry_later', 'x'), 1, now)).toEqual({ kind: 'repeat', at: after(now, retryPauses[1] ?? 0) });
    for (const error of [limited, failure('retry_later', 'x')]) expect(afterEffectFailed(error, retryPauses.length, now)).toEqual({ kind: 'refused' });
  });
});

it('looks some times, ever more slowly, and then says that nobody knows', () => {
  expect(afterEffectMissed(0, now)).toEqual({ kind: 'look', at: after(now, seconds(1.5)) });
  expect(afterEffectMissed(maxReadBacks - 1, now).kind).toBe('look');
  expect(afterEffectMissed(maxReadBacks, now)).toEqual({ kind: 'unconfirmed' });
});
