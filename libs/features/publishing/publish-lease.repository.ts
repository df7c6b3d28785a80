import { Injectable } from '@nestjs/common';
import { after, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { SystemDatabase, type Prisma } from '#infra/database/database';

/** How long a worker is trusted without a sign of life. It renews at a third of it. */
export const leaseLength = seconds(15);

/** How long a queued job is trusted to reach a worker before the row is handed out again. */
const dispatchTrust = seconds(15);
export const dispatchBatch = 200;

export interface DueTarget {
  readonly workspaceId: string;
  readonly id: string;
  readonly dispatches: number;
  /** Of the request that made the post. */
  readonly requestId: string | null;
  /** Of the same request, when it was traced. */
  readonly traceparent: string | null;
}

/** Who works on which row: hand-out by the planner, lease with a fencing token by the worker. */
@Injectable()
export class PublishLeaseRepository {
  constructor(private readonly database: SystemDatabase) {}

  /**
   * Claims due rows for the queue, at most one per profile, none of a profile that is being worked on: publishing is serial
   * per profile, and no job spins waiting for its turn. What is to go live now goes before what is prepared ahead of its time. Rows whose job
   * was lost come back by themselves.
   */
  async claimDue(now: Date): Promise<DueTarget[]> {
    return this.database.$queryRaw<DueTarget[]>`
      WITH due AS (
        SELECT DISTINCT ON (p.workspace_id, p.profile_id) p.workspace_id, p.id
        FROM platform_post p
        WHERE p.due_at <= ${now}
          AND (p.dispatched_until IS NULL OR p.dispatched_until <= ${now})
          AND (p.leased_until IS NULL OR p.leased_until <= ${now})
          AND NOT EXISTS (
            SELECT 1 FROM platform_post busy
            WHERE busy.workspace_id = p.workspace_id AND busy.profile_id = p.profile_id AND busy.due_at IS NOT NULL
              AND (busy.leased_until > ${now} OR busy.dispatched_until > ${now}))
        ORDER BY p.workspace_id, p.profile_id, (p.publish_at > ${now}) IS TRUE, p.due_at, p.id
        LIMIT ${dispatchBatch}
      )
      UPDATE platform_post t
      SET dispatched_until = ${after(now, dispatchTrust)}, dispatches = t.dispatches + 1
      FROM due
      WHERE t.workspace_id = due.workspace_id AND t.id = due.id
        AND (t.dispatched_until IS NULL OR t.dispatched_until <= ${now}) AND (t.leased_until IS NULL OR t.leased_until <= ${now})
      RETURNING t.workspace_id AS "workspaceId", t.id, t.dispatches, t.request_id AS "requestId", t.traceparent`;
  }

  /**
   * Takes the row for one worker; null when it is not due, taken, or another row of its profile is being worked on. The
   * profile's row lock makes the last question and the answer one. From its time on, the row is being published from here; before, it is only
   * prepared, and shows nothing of it.
   */
  async acquire(workspaceId: string, id: string, now: Date): Promise<string | null> {
    const lease = newId('lease');
    return this.database.$transaction(async (tx) => {
      await tx.$executeRaw`
        SELECT 1 FROM profile p JOIN platform_post t ON t.workspace_id = p.workspace_id AND t.profile_id = p.id
        WHERE t.workspace_id = ${workspaceId} AND t.id = ${id} FOR UPDATE OF p`;
      const taken = await tx.$executeRaw`
        UPDATE platform_post t
        SET lease = ${lease}, leased_until = ${after(now, leaseLength)}, dispatched_until = NULL, updated_at = ${now},
            attempted_at = CASE WHEN publish_at > ${now} THEN attempted_at ELSE COALESCE(attempted_at, ${now}) END,
            status = CASE WHEN (publish_at > ${now}) IS NOT TRUE AND status IN ('pending', 'failed_waiting_for_retry') THEN 'processing'::platform_post_status ELSE status END
        WHERE t.workspace_id = ${workspaceId} AND t.id = ${id} AND t.due_at <= ${now} AND (t.leased_until IS NULL OR t.leased_until <= ${now})
          AND NOT EXISTS (
            SELECT 1 FROM platform_post busy
            WHERE busy.workspace_id = t.workspace_id AND busy.profile_id = t.profile_id AND busy.id <> t.id AND busy.leased_until > ${now})`;
      if (taken === 0) return null;
      await this.markPost(workspaceId, id, now, tx);
      return lease;
    });
  }

  /** The time of a row has come while it was being prepared: it is being published from here. False: the lease is gone. */
  async begin(workspaceId: string, id: string, lease: string, now: Date): Promise<boolean> {
    return this.database.$transaction(async (tx) => {
      const begun = await tx.$executeRaw`
        UPDATE platform_post SET attempted_at = COALESCE(attempted_at, ${now}), updated_at = ${now},
               status = CASE WHEN status IN ('pending', 'failed_waiting_for_retry') THEN 'processing'::platform_post_status ELSE status END
        WHERE workspace_id = ${workspaceId} AND id = ${id} AND lease = ${lease} AND leased_until > ${now} AND (publish_at > ${now}) IS NOT TRUE`;
      if (begun === 1) await this.markPost(workspaceId, id, now, tx);
      return begun === 1;
    });
  }

  private async markPost(workspaceId: string, id: string, now: Date, tx: Prisma.TransactionClient): Promise<void> {
    await tx.$executeRaw`
      UPDATE post SET status = 'processing', updated_at = ${now}
      FROM platform_post t
      WHERE t.workspace_id = ${workspaceId} AND t.id = ${id} AND post.workspace_id = t.workspace_id AND post.id = t.post_id
        AND post.status IN ('pending', 'scheduled') AND (t.publish_at > ${now}) IS NOT TRUE`;
  }

  /** False: the lease is gone, another worker may be at it; change nothing and call nothing more. */
  async renew(workspaceId: string, id: string, lease: string, now: Date): Promise<boolean> {
    const { count } = await this.database.platformPost.updateMany({ where: { workspaceId, id, lease, leasedUntil: { gt: now } }, data: { leasedUntil: after(now, leaseLength) } });
    return count === 1;
  }

  /** Lets go of a row without changing what it says, so that the next worker goes on at once. */
  async release(workspaceId: string, id: string, lease: string): Promise<void> {
    await this.database.platformPost.updateMany({ where: { workspaceId, id, lease }, data: { lease: null, leasedUntil: null, dispatchedUntil: null } });
  }
}
