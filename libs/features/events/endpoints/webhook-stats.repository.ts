import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';

/** How many calls and how many waiting deliveries are looked at: what there are more of is not counted. */
export const mostCounted = 10_000;

export interface WebhookStats {
  /** Calls of the time looked at, up to `mostCounted`, the newest. */
  readonly attempts: number;
  readonly succeeded: number;
  readonly p50: number | null;
  readonly p95: number | null;
  /** Up to `mostCounted`. */
  readonly backlog: number;
  readonly oldestPendingAt: Date | null;
  readonly breaker: string;
  readonly breakerUntil: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly failingSince: Date | null;
}

@Injectable()
export class WebhookStatsRepository {
  constructor(private readonly database: Database) {}

  /** How delivering to a webhook has gone since a moment. Null when it is gone. */
  async read(workspaceId: string, endpointId: string, since: Date): Promise<WebhookStats | null> {
    const rows = await this.database.$queryRaw<WebhookStats[]>`
      SELECT a.*, d.*, p.breaker, p.breaker_until AS "breakerUntil", p.last_success_at AS "lastSuccessAt", p.last_failure_at AS "lastFailureAt", p.failing_since AS "failingSince"
      FROM webhook_pump p
      CROSS JOIN (
        SELECT count(*)::int AS attempts, (count(*) FILTER (WHERE success))::int AS succeeded,
          percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50, percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
        FROM (
          SELECT success, duration_ms FROM webhook_attempt
          WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId} AND attempted_at >= ${since} ORDER BY id DESC LIMIT ${mostCounted}
        ) newest
      ) a
      CROSS JOIN (
        SELECT count(*)::int AS backlog, min(created_at) AS "oldestPendingAt"
        FROM (SELECT created_at FROM webhook_delivery WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId} AND state = 'pending' ORDER BY next_attempt_at, id LIMIT ${mostCounted}) waiting
      ) d
      WHERE p.workspace_id = ${workspaceId} AND p.endpoint_id = ${endpointId}`;
    return rows[0] ?? null;
  }
}
