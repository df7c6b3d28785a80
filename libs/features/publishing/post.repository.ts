import { Injectable } from '@nestjs/common';
import { Prisma, type SqlRunner } from '#infra/database/database';
import { eventsInsert } from '#infra/outbox/outbox.repository';
import { throwVanished } from '#infra/database/vanished-reference';
import type { OutboxEvent } from '#infra/outbox/outbox-event';
import type { AuditEntry } from '#infra/writes/audit-entry';
import { auditInsert } from '#infra/writes/audit.repository';
import type { Transaction } from '#infra/writes/unit-of-work';
import { duplicateGuard, kinSelect, type DuplicateQuestion } from './post-kin.repository.js';
import type { PostKin } from './post.kin.js';
import { printsOf } from './post.print.js';
import type { PostRecord } from './post.record.js';

/** What a new post leaves behind besides itself. */
export interface PostTraces {
  readonly events: readonly OutboxEvent[];
  readonly audit: readonly AuditEntry[];
  readonly requestId: string | null;
  /** Of the span that makes it (W3C); null: tracing is off. */
  readonly traceparent: string | null;
}

@Injectable()
export class PostRepository {
  /**
   * Post, media, targets, event and audit in one statement: one round trip, one commit, all or nothing. The locks on the group and then the
   * profiles take turns with their removal: one that is gone by then leaves no id, and the statement fails.
   *
   * @returns other posts that are in part the same
   * @throws VanishedReferenceError when the group or a profile was taken out meanwhile; what `throwDuplicate` knows when there is the same
   */
  async create(post: PostRecord, traces: PostTraces, duplicates: DuplicateQuestion, runner: SqlRunner): Promise<PostKin[]> {
    const found = await runner.$queryRaw<(PostKin | { readonly postId: null })[]>(Prisma.sql`
      WITH held AS MATERIALIZED (SELECT FROM profile_group WHERE workspace_id = ${post.workspaceId} AND id = ${post.profileGroupId} FOR KEY SHARE), new_post AS (
        INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, queue_id, queue_priority, metadata, created_at, updated_at)
        VALUES (${post.workspaceId}, ${post.id}, ${post.profileGroupId}, ${post.body}, ${post.status}::post_status, ${post.source}, ${post.scheduledAt}, ${post.queueId}, ${post.queuePriority},
                ${toJson(post.metadata)}::jsonb, ${post.createdAt}, ${post.updatedAt})
      ), new_media AS (${mediaInsert(post)}), new_targets AS (
        INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, media_digest, caption_digest, publish_at, due_at, request_id, traceparent, created_at, updated_at)
        SELECT ${post.workspaceId}, t.id, ${post.id},
               (SELECT p.id FROM profile p WHERE p.workspace_id = ${post.workspaceId} AND p.id = t."profileId" AND p.removed_at IS NULL AND EXISTS (SELECT FROM held) FOR KEY SHARE),
               t.network, t.params, t."mediaDigest", t."captionDigest", t."publishAt", t."dueAt", ${traces.requestId}, ${traces.traceparent}, ${post.createdAt}, ${post.createdAt}
        FROM ${targetRows(post)}
      ), new_audit AS (${auditInsert(traces.audit)}), new_event AS (${eventsInsert(traces.events)}), guard AS MATERIALIZED (${duplicateGuard(duplicates)})
      SELECT kin.* FROM guard LEFT JOIN (${kinSelect(duplicates)}) kin ON guard.passed`).catch(throwVanished);
    return found.filter((row): row is PostKin => row.postId !== null);
  }

  /**
   * Deletes our record unless a target is being published or in doubt: its worker would lose the only trace of a post that
   * may be live. One that is only being prepared ahead of its time loses its row and calls nothing more. Locking the targets makes question and
   * deletion one.
   */
  async deleteIdle(workspaceId: string, id: string, now: Date, tx: Transaction): Promise<'deleted' | 'absent' | 'busy'> {
    const targets = await tx.$queryRaw<{ isBusy: boolean }[]>`
      SELECT (leased_until > ${now} AND attempted_at IS NOT NULL OR hold IS NULL AND step <> 'done' AND (status IN ('processing', 'unconfirmed') OR step IN ('publishing', 'reading_back', 'comment_due', 'commenting'))) IS TRUE AS "isBusy"
      FROM platform_post WHERE workspace_id = ${workspaceId} AND post_id = ${id} ORDER BY id FOR UPDATE`;
    if (targets.some((target) => target.isBusy)) return 'busy';
    const { count } = await tx.post.deleteMany({ where: { workspaceId, id } });
    return count === 1 ? 'deleted' : 'absent';
  }
}

/** The targets of a post as rows `t` of a FROM, each with the digests of what it shows. */
export function targetRows(post: PostRecord): Prisma.Sql {
  const prints = printsOf(post);
  const rows = post.targets.map((target, index) => ({ ...target, ...prints[index] }));
  return Prisma.sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS t(id text, "profileId" text, network text, params jsonb, "mediaDigest" text, "captionDigest" text, "publishAt" timestamptz, "dueAt" timestamptz)`;
}

/** The media of a post as it stands from `updatedAt` on, by itself or as a part of the statement that also writes the post. */
export function mediaInsert(post: PostRecord): Prisma.Sql {
  return Prisma.sql`
      INSERT INTO media (workspace_id, id, post_id, position, status, source_url, content_type, width, height, duration_ms, size_bytes, original_key, delivery_key, thumbnail_key, facts, created_at)
      SELECT ${post.workspaceId}, m.id, ${post.id}, m.position, m.status, m."sourceUrl", m."contentType", m.width, m.height, m."durationMs", m."sizeBytes",
             m."originalKey", m."deliveryKey", m."thumbnailKey", m.facts, ${post.updatedAt}
      FROM jsonb_to_recordset(${JSON.stringify(post.media)}::jsonb)
        AS m(id text, position int, status text, "sourceUrl" text, "contentType" text, width int, height int, "durationMs" int, "sizeBytes" bigint, "originalKey" text, "deliveryKey" text, "thumbnailKey" text, facts jsonb)`;
}

export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
