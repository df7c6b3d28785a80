import { describe, expect, it } from 'vitest';
import { after, days, hours } from '#kernel/clock';
import { closedBreaker } from './circuit-breaker.js';
import type { DeliveryVerdict } from './delivery-verdict.js';
import { standingAfter, type StandingChange } from './endpoint-standing.js';
import type { PumpHold, Standing } from './pump-hold.js';

const start = new Date('2026-11-22T12:00:00Z');
const fresh: Standing = { breaker: closedBreaker, health: { lastSuccessAt: null, lastFailureAt: null, failingSince: null, alertedPercent: 0 } };
const hold: PumpHold = { workspaceId: 'ws_1', endpointId: 'wh_1', profileGroupId: 'grp_1', url: 'https://example.org/hook', maxConcurrency: 8, maxPerSecond: null, lease: 'lease_1', epoch: 0, standing: fresh };
const failed: DeliveryVerdict = { state: 'pending', nextAttemptAt: start, errorClass: 'http_5xx', error: 'The receiver answered 500', isGone: false };
const arrived: DeliveryVerdict = { state: 'delivered', nextAttemptAt: null, errorClass: null, error: null, isGone: false };

/** One attempt at each of these hours; a `+` after the number is a success. */
function play(...attempts: string[]): { last: StandingChange; told: string[] } {
  const told: string[] = [];
  let last: StandingChange = { standing: fresh, disabled: null, events: [] };
  for (const attempt of attempts) {
    last = standingAfter(hold, last.standing, attempt.endsWith('+') ? arrived : failed, after(start, hours(Number.parseFloat(attempt))));
    told.push(...last.events.map(({ type, data }) => `${type} ${String(data['percent'] ?? data['reason'])}`));
  }
  return { last, told };
}

describe('an endpoint that fails', () => {
  it.each<[string, string[], string[], 'failing' | null]>([
    ['is told at the steps and disabled after five days', ['0', '24', '59', '60', '61', '84', '100', '108', '119', '120'], ['50', '70', '90', '100'].map((percent) => `webhook.failing ${percent}`).concat('webhook.disabled failing'), 'failing'],
    ['is told the furthest step only', ['0', '48', '96', '97'], ['webhook.failing 70'], null],
    ['starts anew after a success', ['0', '60', '61+', '62', '121'], ['webhook.failing 50'], null],
    ['starts anew after a long silence, for nobody tried', ['0', '1', '200'], [], null],
    ['is not given up while it is tried and less than five days have gone', ['0', '60', '119.9'], ['webhook.failing 50', 'webhook.failing 90'], null],
  ])('%s', (_what, attempts, told, disabled) => {
    const played = play(...attempts);
    expect(played.told).toEqual(told);
    expect(played.last.disabled).toBe(disabled);
  });

  it('is disabled at once when it says that it is gone', () => {
    const change = standingAfter(hold, fresh, { ...failed, isGone: true }, start);
    expect(change.disabled).toBe('gone');
    expect(change.events).toMatchObject([{ type: 'webhook.disabled', workspaceId: 'ws_1', profileGroupId: 'grp_1', data: { id: 'wh_1', url: hold.url, reason: 'gone', disabled_at: start.toISOString(), failing_since: start.toISOString() } }]);
  });

  it('says since when, and when it will be disabled', () => {
    const { last } = play('0', '60');
    expect(last.events[0]?.data).toEqual({ id: 'wh_1', url: hold.url, percent: 50, failing_since: start.toISOString(), disables_at: after(start, days(5)).toISOString() });
  });
});
