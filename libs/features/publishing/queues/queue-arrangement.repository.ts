import { Injectable } from '@nestjs/common';
import { Prisma } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { TargetTime } from '../post.drafting.js';
import type { Placement, QueuedPost } from './queue-arrangement.rules.js';

export interface QueueHold {
  readonly profileGroupId: string;
  readonly queueIds: readonly string[];
  /** Of the post that is written next. */
  readonly profileIds?: readonly string[];
  readonly postId?: string;
}

/** The order of a queue, under its lock. */
@Injectable()
export class QueueArrangementRepository {
  /**
   * Takes queues for the rest of the transaction, in the order in which everybody locks: group, queues, profiles, targets by id. Who joins or
   * leaves at the same moment takes turns; a worker that was first has left its traces, which the next statement sees.
   *
   * @returns the queues that there are, of those asked for
   */
  async hold(workspaceId: string, { profileGroupId, queueIds, profileIds = [], postId }: QueueHold, tx: Transaction): Promise<string[]> {
    await tx.$executeRaw`SELECT 1 FROM profile_group WHERE workspace_id = ${workspaceId} AND id = ${profileGroupId} FOR KEY SHARE`;
    const queues = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM post_queue WHERE workspace_id = ${workspaceId} AND profile_group_id = ${profileGroupId} AND id = ANY(${[...queueIds]}) ORDER BY id FOR UPDATE`;
    if (profileIds.length > 0) await tx.$executeRaw`SELECT 1 FROM profile WHERE workspace_id = ${workspaceId} AND id = ANY(${[...profileIds]}) ORDER BY id FOR KEY SHARE`;
    const own = postId === undefined ? Prisma.empty : Prisma.sql`UNION ALL SELECT ${postId}`;
    await tx.$executeRaw`
      SELECT 1 FROM platform_post t WHERE t.workspace_id = ${workspaceId} AND t.post_id IN (
        SELECT p.id FROM post p WHERE p.workspace_id = ${workspaceId} AND p.queue_id = ANY(${[...queueIds]}) AND p.status = 'scheduled' ${own})
      ORDER BY t.id FOR UPDATE`;
    return queues.map(({ id }) => id);
  }

  /**
   * The posts that wait in a queue, and those that went out of a slot that is still to come. What is only prepared ahead of its time is not begun: it can
   * be moved and stopped like everything else that waits.
   */
  list(workspaceId: string, queueId: string, now: Date, tx: Transaction): Promise<QueuedPost[]> {
    return tx.$queryRaw<QueuedPost[]>`
      SELECT p.id, p.queue_priority AS priority, p.queue_slot_at AS "slotAt", p.scheduled_at AS "scheduledAt",
        p.status <> 'scheduled' OR EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = p.workspace_id AND t.post_id = p.id
          AND (t.attempted_at IS NOT NULL OR t.publish_called_at IS NOT NULL OR t.published_at IS NOT NULL)) AS "isBegun"
      FROM post p WHERE p.workspace_id = ${workspaceId} AND p.queue_id = ${queueId} AND (p.status = 'scheduled' OR p.queue_slot_at > ${now})`;
  }

  /**
   * Nothing is due of what has no place, nor of what waits for a person. What has been prepared for another time is discarded, as by an edit: the lease goes
   * with it, so a worker that is at it changes nothing more and calls nothing more. An edit that has seen the old time is refused. A target that has failed ahead of its time stays at its end.
   */
  async place(workspaceId: string, places: readonly (Placement & TargetTime)[], now: Date, tx: Transaction): Promise<void> {
    if (places.length === 0) return;
    const rows = JSON.stringify(places);
    await tx.$executeRaw`
      UPDATE platform_post t SET publish_at = x."publishAt", due_at = CASE WHEN t.hold IS NULL AND t.step <> 'done' THEN x."dueAt" END, deferral = NULL, dispatched_until = NULL, updated_at = ${now},
        lease = NULL, leased_until = NULL, timing_settled_at = NULL,
        step = CASE WHEN t.step = 'done' THEN t.step ELSE 'waiting' END, child_containers = '[]', container_id = NULL, attempts = 0, recreations = 0, checks = 0, is_upload_refused = false,
        error = CASE WHEN t.hold IS NOT NULL OR t.step = 'done' THEN t.error END, error_details = CASE WHEN t.hold IS NOT NULL OR t.step = 'done' THEN t.error_details END
      FROM jsonb_to_recordset(${rows}::jsonb) AS x(id text, "publishAt" timestamptz, "dueAt" timestamptz)
      WHERE t.workspace_id = ${workspaceId} AND t.post_id = x.id`;
    await tx.$executeRaw`
      UPDATE post p SET scheduled_at = x."scheduledAt", queue_slot_at = x."slotAt", updated_at = ${now}, revision = revision + 1
      FROM jsonb_to_recordset(${rows}::jsonb) AS x(id text, "scheduledAt" timestamptz, "slotAt" timestamptz)
      WHERE p.workspace_id = ${workspaceId} AND p.id = x.id`;
  }

  /** Lets all posts of a queue go: they keep their time; what waits without one becomes a draft, for nobody has said when it may go out, and no draft is held. */
  async release(workspaceId: string, queueId: string, now: Date, tx: Transaction): Promise<void> {
    await tx.$executeRaw`
      UPDATE platform_post t SET hold = NULL, held_at = NULL, error = NULL, error_details = NULL, updated_at = ${now}
      FROM post p WHERE p.workspace_id = ${workspaceId} AND p.queue_id = ${queueId} AND p.status = 'scheduled' AND p.scheduled_at IS NULL
        AND t.workspace_id = p.workspace_id AND t.post_id = p.id AND t.hold IS NOT NULL`;
    await tx.$executeRaw`
      UPDATE post SET queue_id = NULL, queue_priority = NULL, queue_slot_at = NULL, updated_at = ${now}, revision = revision + 1,
        status = CASE WHEN status = 'scheduled' AND scheduled_at IS NULL THEN 'draft'::post_status ELSE status END
      WHERE workspace_id = ${workspaceId} AND queue_id = ${queueId}`;
  }
}
