import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import type { PublishStep } from './publish.states.js';

/** One thing that happened to a post: an outside call (`attempt`), or a change of state, under its event's name. */
export interface TimelineEntry {
  readonly id: string;
  readonly at: Date;
  /** Of a call: when its outcome was stored; null: it is out, or its answer was lost with the process. */
  readonly finishedAt: Date | null;
  readonly type: string;
  readonly platformPostId: string | null;
  readonly profileId: string | null;
  /** Of the target, or of the post, after it. */
  readonly status: string | null;
  /** What its author did: `edited`, `released`, `retried`; of `held` why, of `overdue` what was decided. */
  readonly change: string | null;
  readonly step: PublishStep | null;
  readonly outcome: string | null;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly message: string | null;
  readonly requestId: string | null;
}

@Injectable()
export class PostTimelineRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. The part of an id after its prefix is its time, whatever it is the id of. */
  list(workspaceId: string, postId: string, page: { readonly cursor: string | null; readonly take: number }): Promise<TimelineEntry[]> {
    return this.database.$queryRaw<TimelineEntry[]>`
      SELECT * FROM (
        SELECT e.id, e.created_at AS at, NULL::timestamptz AS "finishedAt", e.type,
          CASE WHEN e.type LIKE 'platform\\_post.%' THEN e.data->>'id' END AS "platformPostId", e.data->>'profile_id' AS "profileId",
          e.data->>'status' AS status, COALESCE(e.data->>'change', e.data->>'decision', e.data->>'hold') AS change, NULL AS step, NULL AS outcome,
          (e.data#>>'{error_details,platform_error_code}')::int AS code, (e.data#>>'{error_details,platform_error_subcode}')::int AS subcode,
          e.data->>'error' AS message, NULL AS "requestId"
        FROM event e WHERE e.workspace_id = ${workspaceId} AND e.post_id = ${postId}
        UNION ALL
        SELECT a.id, a.started_at, a.finished_at, 'attempt', t.id, t.profile_id, NULL, NULL, a.step::text, a.outcome, a.code, a.subcode, a.message, a.request_id
        FROM platform_post t JOIN publish_attempt a ON a.workspace_id = t.workspace_id AND a.platform_post_id = t.id
        WHERE t.workspace_id = ${workspaceId} AND t.post_id = ${postId}
      ) entry
      WHERE right(id, 26) > ${page.cursor?.slice(-26) ?? ''}
      ORDER BY right(id, 26) LIMIT ${page.take}`;
  }
}
