import { describe, expect, it } from 'vitest';
import { after, minutes, seconds } from '#kernel/clock';
import { callDeferral, publishSlot, slowPause, spreadOf, type CallLimits } from './publish.pace.js';

const now = new Date('2026-11-22T12:00:00Z');
const free: CallLimits = { account: null, network: null, slowedCallAt: null };
const told = (usagePercent: number, ago = 0) => ({ usagePercent, usageSeenAt: after(now, -ago), stoppedUntil: null });
const stopped = (until: Date) => ({ usagePercent: 100, usageSeenAt: now, stoppedUntil: until });

describe('the places of publishing calls', () => {
  it('lets a burst go at once, then one per spacing, and fills up again in a rest', () => {
    const spacing = { milliseconds: minutes(1), burst: 3 };
    let tat: Date | null = null;
    const went: number[] = [];
    for (let second = 0; second <= 600; second += 1) {
      if (second > 240 && second < 480) continue;
      const slot = publishSlot(tat, spacing, after(now, seconds(second)));
      if ('until' in slot) continue;
      tat = slot.tat;
      went.push(second);
    }
    expect(went).toEqual([0, 1, 2, 60, 120, 180, 240, 480, 481, 482, 540, 600]);
  });

  it('tells when the next is free, to the millisecond', () => {
    const spacing = { milliseconds: minutes(1), burst: 1 };
    expect(publishSlot(after(now, 60_000), spacing, now)).toEqual({ until: after(now, 60_000) });
    expect(publishSlot(after(now, 60_000), spacing, after(now, 60_000))).toEqual({ tat: after(now, 120_000) });
    expect(publishSlot(after(now, 60_000), spacing, after(now, 59_999))).toEqual({ until: after(now, 60_000) });
  });
});

describe('slowing down', () => {
  it.each([
    ['nothing known', free, 0],
    ['79 % of the account', { ...free, account: told(79) }, 0],
    ['80 %', { ...free, account: told(80) }, 4_000],
    ['87 % of the installation', { ...free, network: told(87) }, 32_000],
    ['the worse of two', { ...free, account: told(83), network: told(90) }, 44_000],
    ['95 % and more', { ...free, account: told(208) }, 60_000],
    ['what was told an hour ago', { ...free, account: told(94, minutes(60)) }, 0],
  ] as const)('%s', (_, limits, pause) => expect(slowPause(limits, now)).toBe(pause));
});

describe('a call', () => {
  const ask = (limits: CallLimits, kind: Parameters<typeof callDeferral>[1] = 'check', pause = 0) => callDeferral(limits, kind, { pause, spread: 700, now });
  const soon = after(now, seconds(10));

  it.each([
    ['goes when nothing is known', free, 'publish', 0, null],
    ['waits for the account', { ...free, account: stopped(soon) }, 'publish', 60_000, { reason: 'throttled', until: soon }],
    ['waits for the installation, a little spread', { ...free, network: stopped(soon) }, 'confirm', 0, { reason: 'throttled', until: after(soon, 700) }],
    ['goes at the end of a stop', { ...free, account: stopped(now) }, 'publish', 0, null],
    ['goes first while slow', { ...free, account: told(87) }, 'check', 32_000, null],
    ['waits after another while slow', { ...free, slowedCallAt: after(now, -seconds(2)) }, 'check', 32_000, { reason: 'throttled', until: after(now, seconds(30)), isBrief: true }],
    ['goes when the pause is over', { ...free, slowedCallAt: after(now, -seconds(32)) }, 'publish', 32_000, null],
    ['that asks what became of a post is not slowed', { ...free, slowedCallAt: now }, 'confirm', 32_000, null],
  ] as const)('%s', (_, limits, kind, pause, expected) => expect(ask(limits, kind, pause)).toEqual(expected));

  it('comes back spread over half a minute, always at the same place', () => {
    const spreads = Array.from({ length: 200 }, (_, index) => spreadOf(`prof_${String(index * 7919)}`));
    expect(Math.min(...spreads)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...spreads)).toBeLessThan(30_000);
    expect(new Set(spreads).size).toBeGreaterThan(150);
    expect(spreadOf('prof_a')).toBe(spreadOf('prof_a'));
  });
});
