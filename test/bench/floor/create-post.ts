import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { newId } from '#kernel/ids';
import type { Stage } from '../harness/row.js';
import { createPost } from './post-sql.js';

export interface FloorMedia {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Stands where ours writes the key's id and a digest: as long as those. */
const unsaid = 'x'.repeat(43);
/** How long before its time a post is prepared (PUBLISH_PREPARE_MINUTES), in milliseconds. */
const lead = 300_000;

interface CreateBody {
  readonly post: { readonly body: string; readonly scheduled_at: string };
  readonly media: readonly string[];
}

/** `POST /api/posts` for one picture and one profile. `obtain` says where the picture's bytes went. */
export function createPostFloor(server: FastifyInstance, database: Pool, stage: Stage, obtain: (url: string) => Promise<FloorMedia>): void {
  const { workspaceId, profileGroupId, profileId } = stage;
  server.post('/api/posts', async (request, reply) => {
    const { post: { body, scheduled_at: scheduledAt }, media: [sourceUrl = ''] } = request.body as CreateBody;
    const { key, sizeBytes } = await obtain(sourceUrl);
    const now = new Date().toISOString();
    const dueAt = new Date(scheduledAt).toISOString();
    const preparedAt = new Date(new Date(scheduledAt).getTime() - lead).toISOString();
    const [id, mediaId, targetId] = [newId('post'), newId('media'), newId('platformPost')];
    const picture = { id: mediaId, status: 'processed', width: 1080, height: 1080 };
    const media = [{ ...picture, position: 0, sourceUrl, contentType: 'image/jpeg', durationMs: null, sizeBytes, originalKey: key, deliveryKey: key, thumbnailKey: null, facts: { kind: 'image', contentType: 'image/jpeg', sizeBytes, width: 1080, height: 1080 } }];
    const params = { format: 'post' };
    const event = { workspace_id: workspaceId, id: newId('event'), profile_group_id: profileGroupId, type: 'post.created', created_at: now, data: { id, body, status: 'scheduled', scheduled_at: dueAt, created_at: now }, post_id: id };
    const requestId = newId('request');
    const entry = { workspaceId, id: newId('auditEntry'), createdAt: now, actor: 'api_key', keyId: unsaid, requestId, profileGroupId, action: 'post.created', targetId: id, beforeDigest: null, afterDigest: unsaid };
    await database.query({
      ...createPost,
      values: [
        workspaceId, id, profileGroupId, body, 'scheduled', 'heliograph', dueAt, null, now, JSON.stringify(media), requestId,
        JSON.stringify([{ id: targetId, profileId, network: 'instagram', params, mediaDigest: newId('media'), captionDigest: newId('post'), publishAt: dueAt, dueAt: preparedAt }]), JSON.stringify([event]), JSON.stringify([entry]),
      ],
    });
    return reply.code(201).send({
      id, body, status: 'scheduled', source: 'heliograph', draft: false, scheduled_at: dueAt, created_at: now, updated_at: now, queue_id: null, queue_priority: null,
      media: [{ ...picture, error_message: null, content_type: 'image/jpeg', source_url: sourceUrl, url: `/media/${key}.jpg`, duration_ms: null, size_bytes: sizeBytes, thumbnail_url: null }],
      platforms: [{
        id: targetId, platform: 'instagram', profile_id: profileId, status: 'pending', params, error: null, error_details: null, attempted_at: null,
        published_at: null, next_attempt_at: null, hold: null, deferral: null, platform_id: null, permalink: null, insights: null,
      }],
      thread: [], metadata: null, warnings: [],
    });
  });
}
