import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import type { SeatedPost } from './queue-outlook.record.js';

@Injectable()
export class QueueOutlookRepository {
  constructor(private readonly database: Database) {}

  /** The posts of a queue in slots after a moment, by slot. */
  async seated(workspaceId: string, queueId: string, from: Date): Promise<SeatedPost[]> {
    return this.database.$queryRaw<SeatedPost[]>`
      SELECT id, body, status::text AS status, queue_priority AS priority, queue_slot_at AS "slotAt", scheduled_at AS "scheduledAt"
      FROM post WHERE workspace_id = ${workspaceId} AND queue_id = ${queueId} AND queue_slot_at > ${from} ORDER BY queue_slot_at, id`;
  }
}
