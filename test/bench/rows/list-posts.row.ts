import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { pageOfPosts } from '../floor/post-sql.js';
import type { BenchRow, Stage } from '../harness/row.js';

const limit = 20;

/** The first page of a long history, in keyset mode. */
export const listPostsRow: BenchRow = {
  name: 'list posts',
  request: () => ({ method: 'GET', path: `/api/posts?limit=${limit}` }),
  floor: listPostsFloor,
  // Ours signs them.
  volatile: ['url', 'thumbnail_url'],
};

interface PostRow { id: string; body: string; status: string; source: string; scheduled_at: Date | null; metadata: unknown; created_at: Date; updated_at: Date; media: MediaRow[]; targets: TargetRow[] }
interface MediaRow { id: string; status: string; source_url: string | null; content_type: string; width: number; height: number; duration_ms: number | null; size_bytes: number; delivery_key: string; thumbnail_key: string | null; error_message: string | null }
interface TargetRow { id: string; profile_id: string; network: string; params: unknown; status: string; error: string | null; error_details: unknown; attempted_at: string | null; published_at: string | null; hold: string | null; held_at: string | null; deferral: string | null; due_at: string | null; remote_id: string | null; permalink: string | null }

function listPostsFloor(server: FastifyInstance, database: Pool, { workspaceId, profileGroupId }: Stage): void {
  server.get('/api/posts', async () => {
    const { rows: posts } = await database.query<PostRow>({ ...pageOfPosts, values: [workspaceId, profileGroupId, limit + 1] });
    const shown = posts.slice(0, limit);
    return { data: shown.map(show), next_cursor: posts.length > limit ? (shown.at(-1)?.id ?? null) : null };
  });
}

const iso = (text: string | null): string | null => text && new Date(text).toISOString();

function show({ media, targets, ...post }: PostRow): object {
  return {
    ...post, draft: post.status === 'draft', queue_id: null, queue_priority: null,
    media: media.map(({ delivery_key: key, thumbnail_key: small, ...row }) => ({ ...row, url: `/media/${key}.jpg`, thumbnail_url: small && `/media/${small}.jpg` })),
    platforms: targets.map(({ network, remote_id: remoteId, due_at: dueAt, attempted_at: attemptedAt, published_at: publishedAt, hold, held_at: heldAt, ...row }) => ({
      ...row, platform: network, platform_id: remoteId, attempted_at: iso(attemptedAt), published_at: iso(publishedAt),
      hold: hold && { reason: hold, since: iso(heldAt) },
      next_attempt_at: row.status === 'failed_waiting_for_retry' || row.deferral !== null ? iso(dueAt) : null, insights: null,
    })),
    thread: [],
  };
}
