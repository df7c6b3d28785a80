-- What a target shows, to find it again: SHA-256 of its media in their order and of its caption. Null: a draft, or from before this was kept.
ALTER TABLE "platform_post" ADD COLUMN "media_digest" TEXT;
ALTER TABLE "platform_post" ADD COLUMN "caption_digest" TEXT;

-- Digests first: before statistics know them (all are null at first) an index that began with the workspace would be read whole for one caption.
CREATE INDEX "platform_post_content" ON "platform_post"("caption_digest", "media_digest", "workspace_id") WHERE (caption_digest IS NOT NULL);
CREATE INDEX "platform_post_media" ON "platform_post"("media_digest", "workspace_id", "id") WHERE (media_digest IS NOT NULL);
-- What people look at: held, deferred, in doubt.
CREATE INDEX "platform_post_attention" ON "platform_post"("hold", "deferral", "status") WHERE (hold IS NOT NULL OR deferral IS NOT NULL OR status = 'unconfirmed');

-- When a target went live or will: what has to be sent still goes out now at the earliest.
CREATE FUNCTION platform_post_moment(status platform_post_status, published_at TIMESTAMPTZ, called_at TIMESTAMPTZ, publish_at TIMESTAMPTZ, present TIMESTAMPTZ)
  RETURNS TIMESTAMPTZ LANGUAGE sql IMMUTABLE AS $$
  SELECT COALESCE(published_at, CASE WHEN status = 'unconfirmed' THEN called_at END, GREATEST(publish_at, present));
$$;

-- Refuses the writing of targets where one with the same content goes out, or went out, to the same profile within the window. Whoever writes the
-- same content at the same moment waits for the lock until this one has committed, and each statement of a volatile function sees what is committed
-- by then. So of several equal posts one is written, in one statement of the caller's. The locks are taken in one order.
CREATE FUNCTION refuse_duplicate(workspace TEXT, post TEXT, wishes JSONB, present TIMESTAMPTZ, span INTERVAL) RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS $$
DECLARE twin TEXT;
BEGIN
  IF jsonb_array_length(wishes) = 0 THEN RETURN TRUE; END IF;
  PERFORM pg_advisory_xact_lock(w.lock) FROM (
    SELECT DISTINCT hashtextextended(concat_ws(' ', workspace, x."profileId", x."mediaDigest", x."captionDigest"), 6) AS lock
    FROM jsonb_to_recordset(wishes) AS x("profileId" TEXT, "mediaDigest" TEXT, "captionDigest" TEXT) ORDER BY 1 OFFSET 0) w;
  SELECT t.post_id INTO twin
    FROM jsonb_to_recordset(wishes) AS x("profileId" TEXT, "mediaDigest" TEXT, "captionDigest" TEXT, "publishAt" TIMESTAMPTZ)
    JOIN platform_post t ON t.workspace_id = workspace AND t.media_digest = x."mediaDigest" AND t.caption_digest = x."captionDigest" AND t.profile_id = x."profileId"
    WHERE t.post_id <> post AND t.status NOT IN ('failed', 'deleted')
      AND abs(extract(epoch FROM platform_post_moment(t.status, t.published_at, t.publish_called_at, t.publish_at, present) - GREATEST(x."publishAt", present))) < extract(epoch FROM span)
    ORDER BY t.id LIMIT 1;
  IF twin IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'HG001', MESSAGE = 'duplicate of ' || twin; END IF;
  RETURN TRUE;
END $$;
