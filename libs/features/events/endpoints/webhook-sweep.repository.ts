import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** Rows a statement deletes or changes at most, so that none holds locks for long. */
const batch = 1_000;

@Injectable()
export class WebhookSweepRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** Secrets that sign nothing any more. @returns how many; a full batch means that there may be more */
  forgetSecrets(now: Date): Promise<number> {
    return this.database.$executeRaw`
      DELETE FROM webhook_secret WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook_secret WHERE expires_at <= ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
  }

  /**
   * Cancels what waits for webhooks that are gone: what their deletion left, for it cancels only so many itself. Nobody would send it: they
   * have no pump. Steps from one webhook with something waiting to the next, however much that is.
   * @returns how many; a full batch means that there may be more
   */
  cancelRemains(now: Date): Promise<number> {
    return this.database.$executeRaw`
      WITH RECURSIVE waiting AS (
        (SELECT workspace_id, endpoint_id FROM webhook_delivery WHERE state = 'pending' ORDER BY workspace_id, endpoint_id LIMIT 1)
        UNION ALL
        SELECT next.workspace_id, next.endpoint_id FROM waiting w CROSS JOIN LATERAL (
          SELECT workspace_id, endpoint_id FROM webhook_delivery
          WHERE state = 'pending' AND (workspace_id, endpoint_id) > (w.workspace_id, w.endpoint_id) ORDER BY workspace_id, endpoint_id LIMIT 1
        ) next
      ), remains AS (
        SELECT d.workspace_id, d.id, d.created_at FROM waiting w CROSS JOIN LATERAL (
          SELECT workspace_id, id, created_at FROM webhook_delivery WHERE workspace_id = w.workspace_id AND endpoint_id = w.endpoint_id AND state = 'pending' LIMIT ${batch}
        ) d
        WHERE NOT EXISTS (SELECT 1 FROM webhook_endpoint e WHERE (e.workspace_id, e.id) = (w.workspace_id, w.endpoint_id)) LIMIT ${batch}
      )
      UPDATE webhook_delivery d SET state = 'cancelled', next_attempt_at = NULL, finished_at = ${now}::timestamptz
      FROM remains r WHERE (d.workspace_id, d.id, d.created_at) = (r.workspace_id, r.id, r.created_at) AND d.state = 'pending'`;
  }

  isFull(count: number): boolean {
    return count >= batch;
  }
}
