import { Injectable } from '@nestjs/common';
import { Prisma } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';

export interface RetryWish {
  readonly postId: string;
  /** Null: every failed target. */
  readonly profileId: string | null;
  readonly now: Date;
  readonly requestId: string | null;
  readonly traceparent: string | null;
}

/** Puts failed targets at their beginning again. */
@Injectable()
export class PostRetryRepository {
  /**
   * Only targets that have come to the end `failed`, that nobody holds and whose profile is still there. Their profiles are locked first, as
   * workers and the removal of profiles do. A container that a publishing call went out to is asked again before anything else, unless its
   * own last word was that it failed: no other one is made while this one might go live.
   *
   * @returns the profiles of the targets; none: there was nothing to retry
   */
  async retry(workspaceId: string, { postId, profileId, now, requestId, traceparent }: RetryWish, tx: Transaction): Promise<string[]> {
    const own = profileId ? Prisma.sql`AND t.profile_id = ${profileId}` : Prisma.empty;
    await tx.$executeRaw`
      SELECT 1 FROM profile p WHERE p.workspace_id = ${workspaceId}
        AND p.id IN (SELECT t.profile_id FROM platform_post t WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId}) ORDER BY p.id FOR KEY SHARE`;
    await tx.$executeRaw`SELECT 1 FROM platform_post WHERE workspace_id = ${workspaceId} AND post_id = ${postId} ORDER BY id FOR UPDATE`;
    const retried = await tx.$queryRaw<{ profileId: string }[]>`
      WITH failed AS (
        SELECT t.id, (t.container_id IS NOT NULL AND t.publish_called_at IS NOT NULL AND coalesce(
            (SELECT a.outcome FROM publish_attempt a WHERE a.workspace_id = t.workspace_id AND a.platform_post_id = t.id ORDER BY a.id DESC LIMIT 1), '') <> 'container_failed') AS "asksFirst"
        FROM platform_post t JOIN profile p ON p.workspace_id = t.workspace_id AND p.id = t.profile_id AND p.removed_at IS NULL
        WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId} ${own}
      )
      UPDATE platform_post t
      SET status = 'pending', due_at = ${now}, timing_settled_at = ${now}, dispatched_until = NULL, attempted_at = NULL, attempts = 0, recreations = 0, checks = 0,
          error = NULL, error_details = NULL, is_final_if_untouched = false, request_id = ${requestId}, traceparent = ${traceparent}, updated_at = ${now},
          step = CASE WHEN "asksFirst" THEN 'publishing'::publish_step ELSE 'waiting'::publish_step END,
          child_containers = CASE WHEN "asksFirst" THEN t.child_containers ELSE '[]'::jsonb END,
          container_id = CASE WHEN "asksFirst" THEN t.container_id END,
          publish_started_at = CASE WHEN "asksFirst" THEN t.publish_started_at END,
          publish_called_at = CASE WHEN "asksFirst" THEN t.publish_called_at END
      FROM failed
      WHERE t.workspace_id = ${workspaceId} AND t.id = failed.id AND t.status = 'failed' AND t.step = 'done' AND t.published_at IS NULL
        AND (t.leased_until IS NULL OR t.leased_until <= ${now})
      RETURNING t.profile_id AS "profileId"`;
    if (retried.length > 0) await this.reopen(workspaceId, postId, now, tx);
    return retried.map((target) => target.profileId);
  }

  private async reopen(workspaceId: string, postId: string, now: Date, tx: Transaction): Promise<void> {
    await tx.$executeRaw`
      UPDATE post SET updated_at = ${now}, revision = revision + 1,
        status = CASE WHEN EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = post.workspace_id AND t.post_id = post.id AND t.step <> 'done' AND t.attempted_at IS NOT NULL)
                 THEN 'processing'::post_status WHEN scheduled_at > ${now} THEN 'scheduled'::post_status ELSE 'pending'::post_status END
      WHERE workspace_id = ${workspaceId} AND id = ${postId}`;
  }
}
