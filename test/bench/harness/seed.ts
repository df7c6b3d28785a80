import { Client } from 'pg';
import { newId } from '#kernel/ids';

export interface Tenant {
  readonly workspaceId: string;
  readonly profileGroupId: string;
  readonly profileId: string;
}

/** Published posts with one picture each, a minute apart, the newest an hour ago; `before`: as many minutes earlier. */
export async function seedPosts(databaseUrl: string, tenant: Tenant, count: number, before = 0): Promise<void> {
  const newest = Date.now() - 3_600_000 - before * 60_000;
  const moments = Array.from({ length: count }, (_, index) => newest - (count - index) * 60_000);
  const posts = moments.map((moment, index) => ({
    id: newId('post', moment), media: newId('media', moment), target: newId('platformPost', moment), moment: new Date(moment).toISOString(), number: index,
  }));
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    await database.query(insertPosts, [tenant.workspaceId, tenant.profileGroupId, tenant.profileId, JSON.stringify(posts)]);
    await database.query('VACUUM (ANALYZE)');
  } finally {
    await database.end();
  }
}

const insertPosts = `
  WITH seed AS (
    SELECT * FROM jsonb_to_recordset($4::jsonb) AS s(id text, media text, target text, moment timestamptz, number int)
  ), new_post AS (
    INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, created_at, updated_at)
    SELECT $1, id, $2, 'Post number ' || number || ' of a history, with a caption of usual length #bench', 'processed', 'heliograph', moment, moment FROM seed
  ), new_media AS (
    INSERT INTO media (workspace_id, id, post_id, position, status, source_url, content_type, width, height, size_bytes, original_key, delivery_key, thumbnail_key, created_at)
    SELECT $1, media, id, 0, 'processed', 'https://media.example/' || number || '.jpg', 'image/jpeg', 1080, 1080, 98765,
           encode(sha256(id::bytea), 'hex'), encode(sha256(id::bytea), 'hex'), encode(sha256(media::bytea), 'hex'), moment FROM seed
  )
  INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, media_digest, caption_digest, status, step, remote_id, permalink, attempted_at, published_at, created_at, updated_at)
  SELECT $1, target, id, $3, 'instagram', '{"format": "post"}', encode(sha256(media::bytea), 'hex'), encode(sha256(id::bytea), 'hex'), 'published', 'done', '1789' || number, 'https://www.instagram.com/p/' || number || '/', moment, moment, moment, moment FROM seed`;
