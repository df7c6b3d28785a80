import { Prisma, type SqlRunner } from '#infra/database/database';
import { toTarget, type TargetRow } from './publish-target.mapper.js';
import type { PublishTarget } from './publish-target.js';

export interface TargetKey {
  readonly workspaceId: string;
  readonly id: string;
}

/** Targets with all that publishing them needs, in one statement, each at the place of its key; null: it is gone. */
export async function readTargets(runner: SqlRunner, keys: readonly TargetKey[]): Promise<(PublishTarget | null)[]> {
  const rows = await runner.$queryRaw<TargetRow[]>(Prisma.sql`
    SELECT t.workspace_id AS "workspaceId", t.id, t.post_id AS "postId", t.profile_id AS "profileId", t.network, t.params, t.status, t.step, t.child_containers AS "childContainers",
           t.container_id AS "containerId", t.remote_id AS "remoteId", t.permalink, t.first_comment_id AS "firstCommentId", t.attempts, t.recreations, t.checks,
           t.attempted_at AS "attemptedAt", t.publish_started_at AS "publishStartedAt", t.publish_called_at AS "publishCalledAt", t.comment_called_at AS "commentCalledAt",
           t.is_final_if_untouched AS "isFinalIfUntouched", t.is_upload_refused AS "isUploadRefused", t.published_at AS "publishedAt", t.error, t.error_details AS "errorDetails",
           t.publish_at AS "publishAt", t.timing_settled_at AS "timingSettledAt", t.hold, t.held_at AS "heldAt", t.deferral, t.due_at AS "dueAt",
           p.name AS "profileName", p.profile_group_id AS "profileGroupId", p.removed_at IS NOT NULL AS "isRemoved", p.status_reason AS "statusReason",
           post.body, post.metadata, post.scheduled_at AS "scheduledAt", post.created_at AS "createdAt", company.profiles, shown.media
    FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k("workspaceId" text, id text)
    JOIN platform_post t ON t.workspace_id = k."workspaceId" AND t.id = k.id
    JOIN profile p ON p.workspace_id = t.workspace_id AND p.id = t.profile_id
    JOIN post ON post.workspace_id = t.workspace_id AND post.id = t.post_id
    CROSS JOIN LATERAL (
      SELECT COALESCE(jsonb_agg(jsonb_build_object('contentType', m.content_type, 'deliveryKey', m.delivery_key, 'width', m.width, 'height', m.height, 'durationMs', m.duration_ms,
                                                   'sizeBytes', m.size_bytes, 'facts', m.facts) ORDER BY m.position), '[]') AS media
      FROM media m WHERE m.workspace_id = t.workspace_id AND m.post_id = t.post_id) shown
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('id', a.id, 'network', a.network, 'name', a.name) ORDER BY o.id) AS profiles
      FROM platform_post o JOIN profile a ON a.workspace_id = o.workspace_id AND a.id = o.profile_id
      WHERE o.workspace_id = t.workspace_id AND o.post_id = t.post_id) company`);
  const found = new Map(rows.map((row) => [keyOf(row), toTarget(row)]));
  return keys.map((key) => found.get(keyOf(key)) ?? null);
}

function keyOf({ workspaceId, id }: TargetKey): string {
  return `${workspaceId} ${id}`;
}
