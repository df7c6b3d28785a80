import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import { eventsInsert } from '#infra/outbox/outbox.repository';
import type { OutboxEvent } from '#infra/outbox/outbox-event';
import type { PostRecord } from './post.record.js';

@Injectable()
export class PostRepository {
  constructor(private readonly database: Database) {}

  /** Post, media, targets and event in one statement: one round trip, one commit, all or nothing. */
  async create(post: PostRecord, events: readonly OutboxEvent[], requestId: string | null, traceparent: string | null = null): Promise<void> {
    await this.database.$executeRaw`
      WITH new_post AS (
        INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, metadata, created_at, updated_at)
        VALUES (${post.workspaceId}, ${post.id}, ${post.profileGroupId}, ${post.body}, ${post.status}::post_status, ${post.source}, ${post.scheduledAt},
                ${toJson(post.metadata)}::jsonb, ${post.createdAt}, ${post.updatedAt})
      ), new_media AS (
        INSERT INTO media (workspace_id, id, post_id, position, status, source_url, content_type, width, height, duration_ms, size_bytes, original_key, delivery_key, created_at)
        SELECT ${post.workspaceId}, m.id, ${post.id}, m.position, m.status, m."sourceUrl", m."contentType", m.width, m.height, m."durationMs", m."sizeBytes",
               m."originalKey", m."deliveryKey", ${post.createdAt}
        FROM jsonb_to_recordset(${JSON.stringify(post.media)}::jsonb)
          AS m(id text, position int, status text, "sourceUrl" text, "contentType" text, width int, height int, "durationMs" int, "sizeBytes" bigint, "originalKey" text, "deliveryKey" text)
      ), new_targets AS (
        INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, due_at, request_id, traceparent, created_at, updated_at)
        SELECT ${post.workspaceId}, t.id, ${post.id}, t."profileId", t.network, t.params, t."dueAt", ${requestId}, ${traceparent}, ${post.createdAt}, ${post.createdAt}
        FROM jsonb_to_recordset(${JSON.stringify(post.targets)}::jsonb) AS t(id text, "profileId" text, network text, params jsonb, "dueAt" timestamptz)
      )
      ${eventsInsert(events)}`;
  }

  /**
   * Deletes our record unless a target is being published or in doubt: its worker would lose the only trace of a post that
   * may be live. Locking the targets makes question and deletion one.
   */
  async deleteIdle(workspaceId: string, id: string, now: Date): Promise<'deleted' | 'busy'> {
    return this.database.$transaction(async (tx) => {
      const targets = await tx.$queryRaw<{ isBusy: boolean }[]>`
        SELECT (leased_until > ${now} OR step <> 'done' AND (status IN ('processing', 'unconfirmed') OR step IN ('publishing', 'reading_back', 'comment_due', 'commenting'))) IS TRUE AS "isBusy"
        FROM platform_post WHERE workspace_id = ${workspaceId} AND post_id = ${id} FOR UPDATE`;
      if (targets.some((target) => target.isBusy)) return 'busy';
      await tx.post.deleteMany({ where: { workspaceId, id } });
      return 'deleted';
    });
  }
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
