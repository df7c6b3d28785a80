import { describe, expect, it } from 'vitest';
import { after, minutes, seconds } from '#kernel/clock';
import { isWorthWriting, refusalPause, refusalsBefore, stopOf, throttleOf, usageClass } from './network-usage.rules.js';

const now = new Date('2026-11-22T12:00:00Z');
const soon = after(now, minutes(7));

describe('what a network says of its limits', () => {
  it.each([
    [0, null, 'free', null],
    [79, null, 'free', null],
    [80, null, 'slow', null],
    [94, null, 'slow', null],
    [95, null, 'stopped', after(now, 568_421)],
    [100, null, 'stopped', after(now, minutes(12))],
    [208, null, 'stopped', after(now, 2_215_385)],
    [100, soon, 'stopped', soon],
    [0, soon, 'stopped', soon],
    [50, now, 'free', null],
  ] as const)('%i %%, back at %s: %s', (percent, regainAt, expected, until) => {
    expect(usageClass({ percent, regainAt }, now)).toBe(expected);
    expect(stopOf({ percent, regainAt }, now)).toEqual(until);
  });

  it('is written when its class changes, every three seconds while it matters, and each minute otherwise', () => {
    const last = (usage: 'free' | 'slow', ago: number) => ({ usage, at: after(now, -ago) });
    expect(isWorthWriting(null, 'free', now)).toBe(true);
    expect(isWorthWriting(last('free', 0), 'slow', now)).toBe(true);
    expect(isWorthWriting(last('slow', seconds(2)), 'slow', now)).toBe(false);
    expect(isWorthWriting(last('slow', seconds(3)), 'slow', now)).toBe(true);
    expect(isWorthWriting(last('free', seconds(59)), 'free', now)).toBe(false);
    expect(isWorthWriting(last('free', seconds(60)), 'free', now)).toBe(true);
  });
});

describe('the state that people see', () => {
  const told = (usagePercent: number, stoppedUntil: Date | null = null, ago = 0) => ({ usagePercent, usageSeenAt: after(now, -ago), stoppedUntil });
  it.each([
    ['nothing known', null, null, { state: 'none', scope: null, percent: null, until: null }],
    ['far from a limit', told(12), null, { state: 'none', scope: null, percent: 12, until: null }],
    ['near the account\'s', told(81), told(40), { state: 'slow', scope: 'account', percent: 81, until: null }],
    ['near the installation\'s', told(81), told(90), { state: 'slow', scope: 'installation', percent: 90, until: null }],
    ['stopped', told(10, soon), told(90), { state: 'stopped', scope: 'account', percent: 90, until: soon }],
    ['the longer stop', told(10, soon), told(100, after(soon, 1)), { state: 'stopped', scope: 'installation', percent: 100, until: after(soon, 1) }],
    ['a stop that is over, told long ago', told(100, now, minutes(61)), null, { state: 'none', scope: null, percent: null, until: null }],
  ] as const)('%s', (_, account, installation, expected) => expect(throttleOf(account, installation, now)).toEqual(expected));
});

describe('refusals without a time', () => {
  it('wait ever longer, up to an hour', () => expect([0, 1, 2, 3, 4, 40].map((count) => refusalPause(count) / minutes(1))).toEqual([5, 10, 20, 40, 60, 60]));

  it('begin anew when the last pause ended long ago', () => {
    expect(refusalsBefore(null, now)).toBe(0);
    expect(refusalsBefore({ refusals: 3, stoppedUntil: after(now, -minutes(119)) }, now)).toBe(3);
    expect(refusalsBefore({ refusals: 3, stoppedUntil: after(now, -minutes(120)) }, now)).toBe(0);
  });
});
