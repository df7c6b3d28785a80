-- One round of a relay: takes committed events that have no number, numbers them, makes a delivery for each enabled endpoint that wants one, and tells the
-- endpoints' pumps. All of it is one transaction. While another relay is at it nothing is done. The events are looked for by a statement that begins when this relay is the one, so
-- it sees what the one before it has numbered, and has to lock none (a third of the time was locking): what else is done to an event is deleting it for its subject's sake, and one that goes in
-- this very moment leaves the gap that it would have left a moment later. The counter is read by the statement that locks it, so numbers have no other gap. The planner's other ways to join would
-- read the whole week when its statistics are older than a burst.
CREATE OR REPLACE FUNCTION relay_events(present TIMESTAMPTZ, ids_from BIGINT, most INTEGER, OUT events INTEGER, OUT deliveries INTEGER) LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  events := 0;
  deliveries := 0;
  PERFORM FROM heartbeat WHERE name = 'event-relay' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  WITH claimed AS MATERIALIZED (
    SELECT workspace_id, id, created_at, type, profile_group_id FROM event WHERE seq IS NULL ORDER BY created_at, id LIMIT most
  ), counted AS (
    INSERT INTO event_sequence AS counter (workspace_id, last_seq)
    SELECT workspace_id, count(*) FROM claimed GROUP BY workspace_id ORDER BY workspace_id
    ON CONFLICT (workspace_id) DO UPDATE SET last_seq = counter.last_seq + excluded.last_seq
    RETURNING workspace_id, last_seq
  ), counters AS MATERIALIZED (
    SELECT jsonb_object_agg(workspace_id, last_seq) AS last FROM counted
  ), numbered AS MATERIALIZED (
    SELECT c.*, (counters.last ->> c.workspace_id)::bigint + 1 - row_number() OVER (PARTITION BY c.workspace_id ORDER BY c.created_at DESC, c.id DESC) AS seq
    FROM counters CROSS JOIN claimed c
  ), told AS (
    UPDATE event e SET seq = n.seq FROM numbered n WHERE e.workspace_id = n.workspace_id AND e.id = n.id AND e.created_at = n.created_at RETURNING 1
  ), wanted AS MATERIALIZED (
    SELECT n.workspace_id, n.id, n.created_at, n.type, n.seq, w.id AS endpoint_id, row_number() OVER (ORDER BY n.workspace_id, n.seq, w.id) - 1 AS ordinal
    FROM numbered n JOIN webhook_endpoint w ON w.workspace_id = n.workspace_id AND w.enabled AND is_subscribed(w.events, n.type)
      AND (w.profile_group_id IS NULL OR w.profile_group_id = n.profile_group_id)
    WHERE cardinality(w.profile_ids) = 0 AND n.type NOT IN ('webhook.failing', 'webhook.disabled') OR EXISTS (
      SELECT 1 FROM event e WHERE e.workspace_id = n.workspace_id AND e.id = n.id AND e.created_at = n.created_at
        AND (cardinality(w.profile_ids) = 0 OR w.profile_ids && profiles_of_event(e.type, e.data))
        -- Nobody is told through an endpoint that this very endpoint fails.
        AND NOT (e.type IN ('webhook.failing', 'webhook.disabled') AND e.data ->> 'id' = w.id))
  ), made AS (
    INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, seq, next_attempt_at, created_at)
    SELECT workspace_id, ordered_id('dlv', ids_from, ordinal), endpoint_id, id, type, created_at, seq, present, present FROM wanted RETURNING 1
  ), due AS (
    UPDATE webhook_pump p SET due_at = LEAST(p.due_at, present)
    FROM (SELECT DISTINCT workspace_id, endpoint_id FROM wanted) w WHERE p.workspace_id = w.workspace_id AND p.endpoint_id = w.endpoint_id
  )
  SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM made) INTO events, deliveries;
END $$;
