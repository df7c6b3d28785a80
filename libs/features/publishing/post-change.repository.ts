import { Injectable } from '@nestjs/common';
import { after } from '#kernel/clock';
import { Database, Prisma } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { MediaFacts } from '#networks/port/media-facts';
import { duplicateGuard, type DuplicateQuestion } from './post-kin.repository.js';
import { PostListRepository } from './post-list.repository.js';
import type { MediaRecord, PostRecord } from './post.record.js';
import { closedBefore } from './post.editing.js';
import { mediaInsert, toJson, targetRows } from './post.repository.js';

/** A post as its author saw it when they began to change it. */
export interface SeenPost {
  readonly post: PostRecord;
  readonly revision: number;
}

export interface PostChange {
  readonly after: PostRecord;
  readonly revision: number;
  readonly replacesMedia: boolean;
  readonly duplicates: DuplicateQuestion;
  readonly thread: { readonly requestId: string | null; readonly traceparent: string | null };
}

/** `conflict`: a worker, or another change, was first. `profile_gone`: a profile of the post was taken out. Nothing was written. */
export type ChangeOutcome = 'changed' | 'absent' | 'conflict' | 'profile_gone';

/**
 * Changes of a post by its author. Everybody locks in the same order (group, profiles, targets by id, post), as workers and the removal of
 * profiles do, so they take turns; who comes second is told by the conditions of the writing statement itself.
 */
@Injectable()
export class PostChangeRepository {
  constructor(
    private readonly database: Database,
    private readonly lists: PostListRepository,
  ) {}

  /** With the facts of its media. The revision is read first: what changes in between makes it stale. */
  async find(workspaceId: string, profileGroupId: string | null, id: string): Promise<SeenPost | null> {
    const row = await this.database.post.findFirst({ where: { workspaceId, id }, select: { revision: true, media: { select: { id: true, facts: true } } } });
    const post = row && (await this.lists.find(workspaceId, profileGroupId, id));
    if (!post) return null;
    const facts = new Map(row.media.map((media) => [media.id, media.facts as MediaFacts | null]));
    return { revision: row.revision, post: { ...post, media: post.media.map((media) => withFacts(media, facts.get(media.id) ?? null)) } };
  }

  /**
   * Replaces a post that no worker has begun to publish and nobody has changed since. What has been prepared ahead of its time is discarded: the
   * lease goes with it, so a worker that is at it changes nothing more and calls nothing more.
   *
   * @throws what `throwDuplicate` knows when there is the same
   */
  async replace(workspaceId: string, { after: post, revision, replacesMedia, duplicates, thread }: PostChange, tx: Transaction): Promise<ChangeOutcome> {
    const profileIds = post.targets.map((target) => target.profileId);
    if (!(await this.holdProfiles(workspaceId, post.profileGroupId, profileIds, tx))) return 'profile_gone';
    await this.holdTargets(workspaceId, post.id, tx);
    const changed = await tx.$executeRaw`
      UPDATE post SET body = ${post.body}, status = ${post.status}::post_status, scheduled_at = ${post.scheduledAt},
             queue_id = ${post.queueId}, queue_priority = ${post.queuePriority}, queue_slot_at = ${post.queueSlotAt}, metadata = ${toJson(post.metadata)}::jsonb,
             updated_at = ${post.updatedAt}, revision = revision + 1
      WHERE workspace_id = ${workspaceId} AND id = ${post.id} AND revision = ${revision}
        AND (status IN ('draft', 'scheduled') OR NOT EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = post.workspace_id AND t.post_id = post.id AND t.hold IS NULL))
        AND NOT EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = post.workspace_id AND t.post_id = post.id
                        AND (t.attempted_at IS NOT NULL OR t.publish_called_at IS NOT NULL OR t.published_at IS NOT NULL))`;
    if (changed === 0) return (await tx.post.count({ where: { workspaceId, id: post.id } })) === 0 ? 'absent' : 'conflict';
    if (duplicates.targets.length > 0) await tx.$queryRaw(duplicateGuard(duplicates));
    if (replacesMedia) await this.replaceMedia(workspaceId, post, tx);
    await tx.platformPost.deleteMany({ where: { workspaceId, postId: post.id, profileId: { notIn: profileIds } } });
    // As `keepHold` shows it, of the hold that is there now: a reconnection may have ended it, or a lost account begun one.
    const isDraft = post.status === 'draft';
    const waitsUntimed = post.queueId !== null && post.scheduledAt === null;
    const isHeld = Prisma.sql`(p.hold IS NOT NULL AND NOT ${isDraft} AND (p.hold = 'overdue' AND EXCLUDED.publish_at > ${after(post.updatedAt, closedBefore)}) IS NOT TRUE)`;
    await tx.$executeRaw`
      INSERT INTO platform_post AS p (workspace_id, id, post_id, profile_id, network, params, media_digest, caption_digest, publish_at, due_at, request_id, traceparent, created_at, updated_at)
      SELECT ${workspaceId}, t.id, ${post.id}, t."profileId", t.network, t.params, t."mediaDigest", t."captionDigest", t."publishAt", t."dueAt", ${thread.requestId}, ${thread.traceparent}, ${post.updatedAt}, ${post.updatedAt}
      FROM ${targetRows(post)}
      ON CONFLICT (workspace_id, post_id, profile_id) DO UPDATE
        SET params = EXCLUDED.params, media_digest = EXCLUDED.media_digest, caption_digest = EXCLUDED.caption_digest, dispatched_until = NULL, request_id = EXCLUDED.request_id, traceparent = EXCLUDED.traceparent, updated_at = EXCLUDED.updated_at,
            lease = NULL, leased_until = NULL, status = 'pending', step = 'waiting', child_containers = '[]', container_id = NULL,
            attempts = 0, recreations = 0, checks = 0, is_upload_refused = false, error = NULL, error_details = NULL, deferral = NULL, timing_settled_at = NULL,
            hold = CASE WHEN ${isHeld} THEN p.hold END, held_at = CASE WHEN ${isHeld} THEN p.held_at END,
            publish_at = CASE WHEN ${isHeld} AND NOT ${waitsUntimed} THEN COALESCE(EXCLUDED.publish_at, p.publish_at) ELSE EXCLUDED.publish_at END,
            due_at = CASE WHEN NOT (${isHeld} OR ${isDraft}) THEN COALESCE(EXCLUDED.due_at, CASE WHEN EXCLUDED.publish_at IS NOT NULL THEN GREATEST(EXCLUDED.publish_at, EXCLUDED.updated_at) END) END`;
    return 'changed';
  }

  /** Keeps the profiles where they are until the end of the transaction. False: one has been taken out. */
  private async holdProfiles(workspaceId: string, groupId: string, ids: readonly string[], tx: Transaction): Promise<boolean> {
    await tx.$executeRaw`SELECT 1 FROM profile_group WHERE workspace_id = ${workspaceId} AND id = ${groupId} FOR KEY SHARE`;
    const held = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM profile WHERE workspace_id = ${workspaceId} AND id = ANY(${[...ids]}) AND removed_at IS NULL ORDER BY id FOR KEY SHARE`;
    return held.length === new Set(ids).size;
  }

  /** Workers wait from here on; one that was first has left its traces, which the next statement sees. */
  private async holdTargets(workspaceId: string, postId: string, tx: Transaction): Promise<void> {
    await tx.$executeRaw`SELECT 1 FROM platform_post WHERE workspace_id = ${workspaceId} AND post_id = ${postId} ORDER BY id FOR UPDATE`;
  }

  private async replaceMedia(workspaceId: string, post: PostRecord, tx: Transaction): Promise<void> {
    await tx.media.deleteMany({ where: { workspaceId, postId: post.id } });
    await tx.$executeRaw(mediaInsert(post));
  }
}

function withFacts(media: MediaRecord, facts: MediaFacts | null): MediaRecord {
  return facts ? { ...media, facts } : media;
}
