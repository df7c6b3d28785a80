import type { Client } from 'pg';
import { createPostFloor } from '../floor/create-post.js';
import { newestWrite } from '../floor/post-sql.js';
import type { BenchRow } from '../harness/row.js';
import { anyWords } from '../harness/varied-body.js';
import { storedPicture } from './stored-picture.js';

/** Scheduled, so that it is due and yet no worker takes it. Instagram takes no post without media. */
export const createPostRow: BenchRow = {
  name: 'create post',
  preload: 'rows/stored-picture.preload.js',
  request: (stage) => ({
    method: 'POST',
    path: '/api/posts',
    body: { post: { body: `Sunrise over the bay #sunrise ${anyWords}`, scheduled_at: '2099-01-01T06:00:00Z' }, profiles: ['instagram'], media: [stage.pictureUrl] },
  }),
  floor: (server, database, stage) => createPostFloor(server, database, stage, async () => storedPicture),
  volatile: ['id', 'post_id', 'target_id', 'key_id', 'after_digest', 'media_digest', 'caption_digest', 'request_id', 'created_at', 'updated_at', 'url'],
  written: newestWritten,
};

export async function newestWritten(database: Client): Promise<unknown> {
  return (await database.query<object>(newestWrite)).rows;
}
