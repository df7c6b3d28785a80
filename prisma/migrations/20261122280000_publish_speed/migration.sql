-- Rows of a profile that are being worked on or on their way to a worker: few, however many posts a profile has.
CREATE INDEX "platform_post_taken" ON "platform_post"("workspace_id", "profile_id") WHERE (lease IS NOT NULL OR dispatched_until IS NOT NULL);

-- Leases for workers that ask at the same moment; answers those that were given. Of a profile's rows one has a lease at a time: the profiles' locks come
-- first, and each statement of a volatile function sees what was committed while it waited for them. All locks are taken in the order in which everybody
-- takes them (profiles, targets, posts, each by id). A lease that ends further ahead than two of its length was written by a wrong clock and does not count. From its time on, a row is being published from here; before, it is only prepared, and shows nothing of it.
CREATE FUNCTION take_targets(wishes JSONB) RETURNS SETOF TEXT LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM profile p
    WHERE (p.workspace_id, p.id) IN (
      SELECT t.workspace_id, t.profile_id FROM jsonb_to_recordset(wishes) AS w(workspace_id TEXT, id TEXT)
      JOIN platform_post t ON t.workspace_id = w.workspace_id AND t.id = w.id)
    ORDER BY p.workspace_id, p.id FOR NO KEY UPDATE;
  PERFORM FROM platform_post t
    WHERE (t.workspace_id, t.id) IN (SELECT w.workspace_id, w.id FROM jsonb_to_recordset(wishes) AS w(workspace_id TEXT, id TEXT))
    ORDER BY t.workspace_id, t.id FOR NO KEY UPDATE;
  PERFORM FROM post
    WHERE post.status IN ('pending', 'scheduled') AND (post.workspace_id, post.id) IN (
      SELECT t.workspace_id, t.post_id FROM jsonb_to_recordset(wishes) AS w(workspace_id TEXT, id TEXT, present TIMESTAMPTZ)
      JOIN platform_post t ON t.workspace_id = w.workspace_id AND t.id = w.id WHERE (t.publish_at > w.present) IS NOT TRUE)
    ORDER BY post.workspace_id, post.id FOR NO KEY UPDATE;
  RETURN QUERY
    WITH fit AS MATERIALIZED (
      SELECT DISTINCT ON (t.workspace_id, t.profile_id) t.workspace_id, t.id, w.lease, w.present, w.until
      FROM jsonb_to_recordset(wishes) AS w(workspace_id TEXT, id TEXT, lease TEXT, present TIMESTAMPTZ, until TIMESTAMPTZ)
      JOIN platform_post t ON t.workspace_id = w.workspace_id AND t.id = w.id
      WHERE t.due_at <= w.present AND (t.leased_until > w.present AND t.leased_until <= w.present + 2 * (w.until - w.present)) IS NOT TRUE
        AND NOT EXISTS (
          SELECT FROM platform_post busy
          WHERE busy.workspace_id = t.workspace_id AND busy.profile_id = t.profile_id AND busy.id <> t.id AND busy.lease IS NOT NULL
            AND busy.leased_until > w.present AND busy.leased_until <= w.present + 2 * (w.until - w.present))
      ORDER BY t.workspace_id, t.profile_id, t.due_at, t.id
    ), taken AS (
      UPDATE platform_post t
      SET lease = fit.lease, leased_until = fit.until, dispatched_until = NULL, updated_at = fit.present,
          attempted_at = CASE WHEN t.publish_at > fit.present THEN t.attempted_at ELSE COALESCE(t.attempted_at, fit.present) END,
          status = CASE WHEN (t.publish_at > fit.present) IS NOT TRUE AND t.status IN ('pending', 'failed_waiting_for_retry') THEN 'processing'::platform_post_status ELSE t.status END
      FROM fit WHERE t.workspace_id = fit.workspace_id AND t.id = fit.id
      RETURNING t.workspace_id, t.post_id, fit.lease, fit.present, (t.publish_at > fit.present) IS NOT TRUE AS begins
    ), begun AS (
      UPDATE post SET status = 'processing', updated_at = taken.present
      FROM taken WHERE taken.begins AND post.workspace_id = taken.workspace_id AND post.id = taken.post_id AND post.status IN ('pending', 'scheduled')
    )
    SELECT taken.lease FROM taken;
END $$;

-- Outcomes of calls with their events, of workers that come at the same moment; answers the leases that were still held. An attempt is completed even
-- when its lease is lost, for it happened. `closing` is the event of the whole post: it is told, and the post is processed, when no target is left open;
-- once, and the post's lock makes two last targets take turns.
CREATE FUNCTION settle_targets(changes JSONB) RETURNS SETOF TEXT LANGUAGE plpgsql VOLATILE AS $$
DECLARE kept TEXT[];
BEGIN
  UPDATE publish_attempt a SET outcome = c.attempt->>'outcome', code = (c.attempt->>'code')::INT, subcode = (c.attempt->>'subcode')::INT, message = c.attempt->>'message', finished_at = c.present
    FROM jsonb_to_recordset(changes) AS c(workspace_id TEXT, present TIMESTAMPTZ, attempt JSONB)
    WHERE a.workspace_id = c.workspace_id AND a.id = c.attempt->>'id';
  PERFORM FROM platform_post t
    WHERE (t.workspace_id, t.id) IN (SELECT c.workspace_id, c.id FROM jsonb_to_recordset(changes) AS c(workspace_id TEXT, id TEXT))
    ORDER BY t.workspace_id, t.id FOR NO KEY UPDATE;
  WITH held AS (
    UPDATE platform_post t
    SET (status, step, child_containers, container_id, remote_id, permalink, first_comment_id, attempts, recreations, checks, attempted_at, publish_started_at, publish_called_at,
         comment_called_at, is_final_if_untouched, is_upload_refused, published_at, error, error_details, publish_at, timing_settled_at, hold, held_at, deferral, due_at) = (
          SELECT r.status, r.step, r.child_containers, r.container_id, r.remote_id, r.permalink, r.first_comment_id, r.attempts, r.recreations, r.checks, r.attempted_at, r.publish_started_at, r.publish_called_at,
                 r.comment_called_at, r.is_final_if_untouched, r.is_upload_refused, r.published_at, r.error, r.error_details, r.publish_at, r.timing_settled_at, r.hold, r.held_at, r.deferral, r.due_at
          FROM jsonb_populate_record(t, c.patch) r),
        lease = CASE WHEN c.until IS NULL THEN NULL ELSE t.lease END, leased_until = c.until, updated_at = c.present
    FROM jsonb_to_recordset(changes) AS c(workspace_id TEXT, id TEXT, lease TEXT, present TIMESTAMPTZ, until TIMESTAMPTZ, patch JSONB, events JSONB)
    WHERE t.workspace_id = c.workspace_id AND t.id = c.id AND t.lease = c.lease
    RETURNING c.lease, c.events
  ), told AS (
    INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at, post_id)
    SELECT e.workspace_id, e.id, e.profile_group_id, e.type, e.data, e.created_at, e.post_id FROM held, jsonb_to_recordset(held.events)
      AS e(workspace_id TEXT, id TEXT, profile_group_id TEXT, type TEXT, data JSONB, created_at TIMESTAMPTZ, post_id TEXT)
  )
  SELECT array_agg(held.lease) INTO kept FROM held;
  IF kept IS NULL THEN RETURN; END IF;
  PERFORM FROM post
    WHERE (post.workspace_id, post.id) IN (
      SELECT c.workspace_id, c.closing->>'post_id' FROM jsonb_to_recordset(changes) AS c(workspace_id TEXT, lease TEXT, closing JSONB) WHERE c.lease = ANY (kept))
    ORDER BY post.workspace_id, post.id FOR NO KEY UPDATE;
  IF FOUND THEN
    WITH closed AS (
      UPDATE post SET status = 'processed', updated_at = e.created_at
      FROM jsonb_to_recordset(changes) AS c(lease TEXT, closing JSONB),
           jsonb_to_record(c.closing) AS e(workspace_id TEXT, id TEXT, profile_group_id TEXT, type TEXT, data JSONB, created_at TIMESTAMPTZ, post_id TEXT)
      WHERE c.lease = ANY (kept) AND post.workspace_id = e.workspace_id AND post.id = e.post_id AND post.status <> 'processed'
        AND NOT EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = post.workspace_id AND t.post_id = post.id AND t.step <> 'done')
      RETURNING e.*
    )
    INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at, post_id)
    SELECT closed.workspace_id, closed.id, closed.profile_group_id, closed.type, closed.data, closed.created_at, closed.post_id FROM closed;
  END IF;
  RETURN QUERY SELECT unnest(kept);
END $$;
