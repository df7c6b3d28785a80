import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import type { EventType } from '../event-types.js';
import { afterCall, breakerAt } from './circuit-breaker.js';
import { afterFailure, afterSuccess } from './endpoint-health.js';
import type { DeliveryVerdict } from './delivery-verdict.js';
import type { PumpHold, Standing } from './pump-hold.js';

export type DisableReason = 'gone' | 'failing';

export interface StandingChange {
  readonly standing: Standing;
  /** Null: it goes on. */
  readonly disabled: DisableReason | null;
  readonly events: readonly OutboxEvent[];
}

/** What an attempt means for its endpoint: breaker, health, the end of it, and what is told. */
export function standingAfter(hold: PumpHold, before: Standing, verdict: DeliveryVerdict, now: Date): StandingChange {
  const isSuccess = verdict.state === 'delivered';
  const breaker = afterCall(breakerAt(before.breaker, now), isSuccess, now);
  if (isSuccess) return { standing: { breaker, health: afterSuccess(before.health, now) }, disabled: null, events: [] };
  const { health, alert } = afterFailure(before.health, now);
  const disabled = verdict.isGone ? 'gone' : alert?.percent === 100 ? 'failing' : null;
  const events: OutboxEvent[] = [];
  const tell = (type: EventType, data: Record<string, unknown>): unknown =>
    events.push(newEvent({ workspaceId: hold.workspaceId, profileGroupId: hold.profileGroupId, type, data: { id: hold.endpointId, url: hold.url, ...data }, createdAt: now }));
  if (alert) tell('webhook.failing', { percent: alert.percent, failing_since: alert.failingSince.toISOString(), disables_at: alert.disablesAt.toISOString() });
  if (disabled) tell('webhook.disabled', { reason: disabled, disabled_at: now.toISOString(), failing_since: health.failingSince?.toISOString() ?? null });
  return { standing: { breaker, health }, disabled, events };
}
