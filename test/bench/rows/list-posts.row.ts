import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { mediaOfPosts, pageOfPosts, targetsOfPosts } from '../floor/post-sql.js';
import type { BenchRow, Stage } from '../harness/row.js';

const limit = 20;

/** The first page of a long history, in keyset mode. */
export const listPostsRow: BenchRow = {
  name: 'list posts',
  request: () => ({ method: 'GET', path: `/api/posts?limit=${limit}` }),
  floor: listPostsFloor,
  // Ours signs it.
  volatile: ['url'],
};

interface PostRow { id: string; body: string; status: string; source: string; scheduled_at: Date | null; metadata: unknown; created_at: Date; updated_at: Date }
interface MediaRow { id: string; post_id: string; status: string; source_url: string | null; content_type: string; width: number; height: number; duration_ms: number | null; size_bytes: number; delivery_key: string; error_message: string | null }
interface TargetRow { id: string; post_id: string; profile_id: string; network: string; params: unknown; status: string; error: string | null; error_details: unknown; attempted_at: Date | null; published_at: Date | null; due_at: Date | null; remote_id: string | null; permalink: string | null }

function listPostsFloor(server: FastifyInstance, database: Pool, { workspaceId, profileGroupId }: Stage): void {
  server.get('/api/posts', async () => {
    const { rows: posts } = await database.query<PostRow>({ ...pageOfPosts, values: [workspaceId, profileGroupId, limit + 1] });
    const ids = posts.map((post) => post.id);
    const [media, targets] = await Promise.all([
      database.query<MediaRow>({ ...mediaOfPosts, values: [workspaceId, ids] }),
      database.query<TargetRow>({ ...targetsOfPosts, values: [workspaceId, ids] }),
    ]);
    const shown = posts.slice(0, limit);
    const data = shown.map((post) => show(post, media.rows.filter((row) => row.post_id === post.id), targets.rows.filter((row) => row.post_id === post.id)));
    return { data, next_cursor: posts.length > limit ? (shown.at(-1)?.id ?? null) : null };
  });
}

function show(post: PostRow, media: readonly MediaRow[], targets: readonly TargetRow[]): object {
  return {
    ...post, draft: post.status === 'draft', queue_id: null, queue_priority: null,
    media: media.map(({ post_id: _post, delivery_key: key, ...row }) => ({ ...row, url: `/media/${key}.jpg` })),
    platforms: targets.map(({ post_id: _post, network, remote_id: remoteId, due_at: dueAt, ...row }) => ({
      ...row, platform: network, platform_id: remoteId, next_attempt_at: row.status === 'failed_waiting_for_retry' ? dueAt : null, insights: null,
    })),
    thread: [],
  };
}
