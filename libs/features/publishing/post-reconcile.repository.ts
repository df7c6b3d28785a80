import { Injectable } from '@nestjs/common';
import { Prisma } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { RetryWish } from './post-retry.repository.js';

/** Has the network asked again, now, about targets that are in doubt. */
@Injectable()
export class PostReconcileRepository {
  /**
   * Targets that are unconfirmed, also after their end, and published ones whose id is unknown, of profiles that are still there. Only questions
   * follow: an unconfirmed target is never sent again by its worker. One that a worker is asking about right now stays with it. Locks as `retry`.
   *
   * @returns the profiles of the targets; none: nothing is in doubt
   */
  async ask(workspaceId: string, { postId, profileId, now, requestId, traceparent }: RetryWish, tx: Transaction): Promise<string[]> {
    const own = profileId ? Prisma.sql`AND t.profile_id = ${profileId}` : Prisma.empty;
    await tx.$executeRaw`
      SELECT 1 FROM profile p WHERE p.workspace_id = ${workspaceId}
        AND p.id IN (SELECT t.profile_id FROM platform_post t WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId}) ORDER BY p.id FOR KEY SHARE`;
    await tx.$executeRaw`SELECT 1 FROM platform_post WHERE workspace_id = ${workspaceId} AND post_id = ${postId} ORDER BY id FOR UPDATE`;
    const asked = await tx.$queryRaw<{ profileId: string }[]>`
      UPDATE platform_post t
      SET step = CASE WHEN t.status = 'unconfirmed' THEN 'publishing'::publish_step ELSE t.step END, checks = 0, due_at = ${now}, dispatched_until = NULL,
          request_id = ${requestId}, traceparent = ${traceparent}, updated_at = ${now}
      FROM profile p
      WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId} ${own}
        AND p.workspace_id = t.workspace_id AND p.id = t.profile_id AND p.removed_at IS NULL
        AND (t.status = 'unconfirmed' AND t.container_id IS NOT NULL OR t.status = 'published' AND t.remote_id IS NULL AND t.step IN ('reading_back', 'done'))
      RETURNING t.profile_id AS "profileId"`;
    if (asked.length > 0) await this.reopen(workspaceId, postId, now, tx);
    return asked.map((target) => target.profileId);
  }

  /** A post of which a target is unconfirmed is under way again; one that only lacks an id stays at its end. */
  private async reopen(workspaceId: string, postId: string, now: Date, tx: Transaction): Promise<void> {
    await tx.$executeRaw`
      UPDATE post SET updated_at = ${now}, revision = revision + 1,
        status = CASE WHEN EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = post.workspace_id AND t.post_id = post.id AND t.step <> 'done') THEN 'processing'::post_status ELSE status END
      WHERE workspace_id = ${workspaceId} AND id = ${postId}`;
  }
}
