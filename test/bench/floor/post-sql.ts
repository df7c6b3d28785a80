/** The statement of post.repository.ts `create`, by hand, without asking whether the same is posted already. */
export const createPost = {
  name: 'create_post',
  text: `
    WITH new_post AS (
      INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, scheduled_at, metadata, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5::post_status, $6, $7, $8::jsonb, $9, $9)
    ), new_media AS (
      INSERT INTO media (workspace_id, id, post_id, position, status, source_url, content_type, width, height, duration_ms, size_bytes, original_key, delivery_key, thumbnail_key, facts, created_at)
      SELECT $1, m.id, $2, m.position, m.status, m."sourceUrl", m."contentType", m.width, m.height, m."durationMs", m."sizeBytes", m."originalKey", m."deliveryKey", m."thumbnailKey", m.facts, $9
      FROM jsonb_to_recordset($10::jsonb)
        AS m(id text, position int, status text, "sourceUrl" text, "contentType" text, width int, height int, "durationMs" int, "sizeBytes" bigint, "originalKey" text, "deliveryKey" text, "thumbnailKey" text, facts jsonb)
    ), new_targets AS (
      INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, media_digest, caption_digest, publish_at, due_at, request_id, created_at, updated_at)
      SELECT $1, t.id, $2, (SELECT p.id FROM profile p WHERE p.workspace_id = $1 AND p.id = t."profileId" AND p.removed_at IS NULL FOR KEY SHARE),
             t.network, t.params, t."mediaDigest", t."captionDigest", t."publishAt", t."dueAt", $11, $9, $9
      FROM jsonb_to_recordset($12::jsonb) AS t(id text, "profileId" text, network text, params jsonb, "mediaDigest" text, "captionDigest" text, "publishAt" timestamptz, "dueAt" timestamptz)
    ), new_audit AS (
      INSERT INTO audit_entry (workspace_id, id, created_at, actor, key_id, request_id, profile_group_id, action, target_id, before_digest, after_digest)
      SELECT a."workspaceId", a.id, a."createdAt", a.actor, a."keyId", a."requestId", a."profileGroupId", a.action, a."targetId", a."beforeDigest", a."afterDigest"
      FROM jsonb_to_recordset($14::jsonb)
        AS a("workspaceId" text, id text, "createdAt" timestamptz, actor text, "keyId" text, "requestId" text, "profileGroupId" text, action text, "targetId" text,
             "beforeDigest" text, "afterDigest" text)
    )
    INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at, post_id)
    SELECT workspace_id, id, profile_group_id, type, data, created_at, post_id
    FROM jsonb_to_recordset($13::jsonb) AS e(workspace_id text, id text, profile_group_id text, type text, data jsonb, created_at timestamptz, post_id text)`,
} as const;

/** The rows of the newest create, for comparison. */
export const newestWrite = `
  SELECT to_jsonb(p) AS post, to_jsonb(m) AS media, to_jsonb(t) AS target, to_jsonb(e) AS event, to_jsonb(a) AS audit
  FROM post p
  JOIN media m ON (m.workspace_id, m.post_id) = (p.workspace_id, p.id)
  JOIN platform_post t ON (t.workspace_id, t.post_id) = (p.workspace_id, p.id)
  JOIN event e ON e.workspace_id = p.workspace_id AND e.data->>'id' = p.id
  JOIN audit_entry a ON a.workspace_id = p.workspace_id AND a.target_id = p.id
  ORDER BY p.id DESC LIMIT 1`;

/** The statement of post-list.repository.ts, by hand. */
export const pageOfPosts = {
  name: 'page_of_posts',
  text: `
    SELECT p.id, p.body, p.status::text, p.source, p.scheduled_at, p.metadata, p.created_at, p.updated_at,
      (SELECT coalesce(json_agg(json_build_object(
          'id', m.id, 'status', m.status, 'source_url', m.source_url, 'content_type', m.content_type, 'width', m.width, 'height', m.height,
          'duration_ms', m.duration_ms, 'size_bytes', m.size_bytes, 'delivery_key', m.delivery_key, 'thumbnail_key', m.thumbnail_key, 'error_message', m.error_message) ORDER BY m.position), '[]')
        FROM media m WHERE m.workspace_id = p.workspace_id AND m.post_id = p.id) AS media,
      (SELECT coalesce(json_agg(json_build_object(
          'id', t.id, 'profile_id', t.profile_id, 'network', t.network, 'params', t.params, 'status', t.status, 'error', t.error,
          'error_details', t.error_details, 'attempted_at', t.attempted_at, 'published_at', t.published_at, 'hold', t.hold, 'held_at', t.held_at, 'deferral', t.deferral, 'due_at', t.due_at,
          'remote_id', t.remote_id, 'permalink', t.permalink) ORDER BY t.id), '[]')
        FROM platform_post t WHERE t.workspace_id = p.workspace_id AND t.post_id = p.id) AS targets
    FROM post p WHERE p.workspace_id = $1 AND p.profile_group_id = $2 ORDER BY p.id DESC LIMIT $3`,
} as const;
