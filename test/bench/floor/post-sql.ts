/** The statement of post.repository.ts `create`, by hand. */
export const createPost = {
  name: 'create_post',
  text: `
    WITH new_post AS (
      INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, metadata, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5::post_status, $6, $7, $8::jsonb, $9, $9)
    ), new_media AS (
      INSERT INTO media (workspace_id, id, post_id, position, status, source_url, content_type, width, height, duration_ms, size_bytes, original_key, delivery_key, created_at)
      SELECT $1, m.id, $2, m.position, m.status, m."sourceUrl", m."contentType", m.width, m.height, m."durationMs", m."sizeBytes", m."originalKey", m."deliveryKey", $9
      FROM jsonb_to_recordset($10::jsonb)
        AS m(id text, position int, status text, "sourceUrl" text, "contentType" text, width int, height int, "durationMs" int, "sizeBytes" bigint, "originalKey" text, "deliveryKey" text)
    ), new_targets AS (
      INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, due_at, request_id, created_at, updated_at)
      SELECT $1, t.id, $2, t."profileId", t.network, t.params, t."dueAt", $11, $9, $9
      FROM jsonb_to_recordset($12::jsonb) AS t(id text, "profileId" text, network text, params jsonb, "dueAt" timestamptz)
    )
    INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at)
    SELECT workspace_id, id, profile_group_id, type, data, created_at
    FROM jsonb_to_recordset($13::jsonb) AS e(workspace_id text, id text, profile_group_id text, type text, data jsonb, created_at timestamptz)`,
} as const;

/** The rows of the newest create, for comparison. */
export const newestWrite = `
  SELECT to_jsonb(p) AS post, to_jsonb(m) AS media, to_jsonb(t) AS target, to_jsonb(e) AS event
  FROM post p
  JOIN media m ON (m.workspace_id, m.post_id) = (p.workspace_id, p.id)
  JOIN platform_post t ON (t.workspace_id, t.post_id) = (p.workspace_id, p.id)
  JOIN event e ON e.workspace_id = p.workspace_id AND e.data->>'id' = p.id
  ORDER BY p.id DESC LIMIT 1`;

/** The three reads of a page of posts. */
export const pageOfPosts = {
  name: 'page_of_posts',
  text: `SELECT id, body, status::text, source, scheduled_at, metadata, created_at, updated_at
         FROM post WHERE workspace_id = $1 AND profile_group_id = $2 ORDER BY id DESC LIMIT $3`,
} as const;
export const mediaOfPosts = {
  name: 'media_of_posts',
  text: `SELECT id, post_id, status, source_url, content_type, width, height, duration_ms, size_bytes::float8, delivery_key, error_message
         FROM media WHERE workspace_id = $1 AND post_id = ANY($2) ORDER BY position`,
} as const;
export const targetsOfPosts = {
  name: 'targets_of_posts',
  text: `SELECT id, post_id, profile_id, network, params, status::text, error, error_details, attempted_at, published_at, due_at, remote_id, permalink
         FROM platform_post WHERE workspace_id = $1 AND post_id = ANY($2) ORDER BY id`,
} as const;
