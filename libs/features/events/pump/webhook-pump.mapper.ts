import { eventBody } from '../event.body.js';
import type { Breaker } from './circuit-breaker.js';
import type { DueDelivery, PumpHold } from './pump-hold.js';

/** As node-postgres reads it. */
export interface HoldRow {
  readonly workspace_id: string;
  readonly endpoint_id: string;
  readonly lease: string;
  readonly epoch: number;
  readonly breaker: Breaker['state'];
  readonly breaker_until: Date | null;
  readonly breaker_successes: number;
  readonly window_started_at: Date | null;
  readonly window_requests: number;
  readonly window_failures: number;
  readonly last_success_at: Date | null;
  readonly last_failure_at: Date | null;
  readonly failing_since: Date | null;
  readonly alerted_percent: number;
  readonly url: string;
  readonly profile_group_id: string | null;
  readonly max_concurrency: number;
  readonly max_per_second: number | null;
}

export interface DeliveryRow {
  readonly id: string;
  readonly created_at: Date;
  readonly event_id: string;
  readonly event_type: string;
  readonly event_created_at: Date;
  readonly kind: DueDelivery['kind'];
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly body: string | null;
  /** Null: the event is not needed, or gone. */
  readonly found_id: string | null;
  readonly profile_group_id: string | null;
  readonly type: string | null;
  readonly data: unknown;
  /** bigint comes as text. */
  readonly seq: string | null;
}

export function toHold(row: HoldRow): PumpHold {
  return {
    workspaceId: row.workspace_id, endpointId: row.endpoint_id, profileGroupId: row.profile_group_id, url: row.url, maxConcurrency: row.max_concurrency, maxPerSecond: row.max_per_second, lease: row.lease, epoch: row.epoch,
    standing: {
      breaker: { state: row.breaker, until: row.breaker_until, successes: row.breaker_successes, windowStartedAt: row.window_started_at, requests: row.window_requests, failures: row.window_failures },
      health: { lastSuccessAt: row.last_success_at, lastFailureAt: row.last_failure_at, failingSince: row.failing_since, alertedPercent: row.alerted_percent },
    },
  };
}

export function toDelivery(workspaceId: string, row: DeliveryRow): DueDelivery {
  return {
    id: row.id, createdAt: row.created_at, eventId: row.event_id, eventType: row.event_type, eventCreatedAt: row.event_created_at, kind: row.kind, attempts: row.attempts, nextAttemptAt: row.next_attempt_at,
    content: row.body ?? wordsOf(workspaceId, row),
  };
}

function wordsOf(workspaceId: string, { found_id: id, profile_group_id: profileGroupId, type, data, seq, event_created_at: createdAt }: DeliveryRow): string | null {
  return id === null || type === null ? null : eventBody({ workspaceId, id, profileGroupId, type, data, createdAt, seq: seq === null ? null : BigInt(seq) });
}
