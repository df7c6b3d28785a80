import { Injectable } from '@nestjs/common';
import { Prisma } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { HoldReason } from './publish.states.js';

export interface ReleasedTarget {
  readonly id: string;
  readonly profileId: string;
  readonly profileName: string;
  /** Why it was held. */
  readonly hold: HoldReason;
}

/** Lets held targets go at a person's word. */
@Injectable()
export class PostReleaseRepository {
  /**
   * At their time, and prepared ahead of it, or now when it has passed: no policy asks again whether that is too late. One without a time waits in
   * a paused queue, and goes on waiting there. Their profiles are locked first, and so that they can be
   * changed with them.
   *
   * @param profileId null: every held target
   */
  async release(workspaceId: string, { postId, profileId, now, lead }: { postId: string; profileId: string | null; now: Date; lead: number }, tx: Transaction): Promise<ReleasedTarget[]> {
    const own = profileId ? Prisma.sql`AND t.profile_id = ${profileId}` : Prisma.empty;
    await tx.$executeRaw`
      SELECT 1 FROM profile p WHERE p.workspace_id = ${workspaceId}
        AND p.id IN (SELECT t.profile_id FROM platform_post t WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId}) ORDER BY p.id FOR NO KEY UPDATE`;
    return tx.$queryRaw<ReleasedTarget[]>`
      WITH held AS (
        SELECT t.id, t.hold, p.name FROM platform_post t JOIN profile p ON p.workspace_id = t.workspace_id AND p.id = t.profile_id
        WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId} AND t.hold IS NOT NULL ${own} ORDER BY t.id FOR UPDATE OF t
      )
      UPDATE platform_post t
      SET hold = NULL, held_at = NULL, due_at = CASE WHEN t.publish_at IS NOT NULL THEN GREATEST(t.publish_at - ${lead} * interval '1 millisecond', ${now}::timestamptz) END, dispatched_until = NULL, error = NULL, error_details = NULL, updated_at = ${now},
          timing_settled_at = CASE WHEN t.publish_at <= ${now} THEN ${now}::timestamptz END
      FROM held WHERE t.workspace_id = ${workspaceId} AND t.id = held.id
      RETURNING t.id, t.profile_id AS "profileId", held.name AS "profileName", held.hold`;
  }
}
