import { describe, expect, it } from 'vitest';
import { after, minutes, seconds } from '#kernel/clock';
import { afterCall, breakerAt, callsAllowed, closedBreaker, type Breaker } from './circuit-breaker.js';

const now = new Date('2026-11-22T12:00:00Z');
/** `+` is a success, `-` a failure, a second apart. */
const play = (calls: string, breaker: Breaker = closedBreaker, from = now): Breaker =>
  [...calls].reduce((state, call, index) => afterCall(breakerAt(state, after(from, seconds(index))), call === '+', after(from, seconds(index))), breaker);

describe('the circuit breaker', () => {
  it.each<[string, string, Breaker['state']]>([
    ['nine failures are too few to tell', '---------', 'closed'],
    ['ten failures open it', '----------', 'open'],
    ['seven of ten open it', '+++-------', 'open'],
    ['six of ten do not', '++++------', 'closed'],
    ['many successes outweigh', '++++++++++++++++++++----------', 'closed'],
  ])('%s', (_what, calls, state) => {
    expect(play(calls).state).toBe(state);
  });

  it('forgets what was more than five minutes ago', () => {
    expect(play('-----', play('-----'), after(now, minutes(5)))).toMatchObject({ state: 'closed', requests: 5, failures: 5 });
  });

  it('is open for 30 seconds, whatever still ends meanwhile, then lets one call through at a time', () => {
    const open = play('----------');
    const until = after(now, seconds(39));
    expect(open).toMatchObject({ state: 'open', until });
    expect(callsAllowed(open, 8)).toBe(0);
    expect(afterCall(open, true, after(now, seconds(20)))).toEqual(open);
    expect(breakerAt(open, after(until, -1))).toEqual(open);
    const tried = breakerAt(open, until);
    expect(tried.state).toBe('half_open');
    expect([callsAllowed(tried, 8), callsAllowed(closedBreaker, 8)]).toEqual([1, 8]);
  });

  it('closes after five successes in a row and opens again at a failure', () => {
    const tried = breakerAt(play('----------'), after(now, minutes(1)));
    const later = after(now, minutes(1));
    expect(play('++++', tried, later)).toMatchObject({ state: 'half_open', successes: 4 });
    expect(play('+++++', tried, later)).toEqual(closedBreaker);
    expect(play('++-', tried, later)).toMatchObject({ state: 'open', until: after(later, seconds(32)) });
  });
});
