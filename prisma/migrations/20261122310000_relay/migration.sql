-- An id like those of libs/kernel/ids: ten digits of milliseconds, version 7 and a counter of 12 bits, the variant, random digits. For one `ms`
-- the order of texts is that of `ordinal` (from 0); after 4,096 of them the next millisecond goes on.
CREATE FUNCTION ordered_id(prefix TEXT, ms BIGINT, ordinal BIGINT) RETURNS TEXT LANGUAGE sql VOLATILE AS $$
  SELECT prefix || '_' ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 45 & 31)::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 40 & 31)::int + 1, 1) ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 35 & 31)::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 30 & 31)::int + 1, 1) ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 25 & 31)::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 20 & 31)::int + 1, 1) ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 15 & 31)::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 10 & 31)::int + 1, 1) ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 5 & 31)::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms + (ordinal >> 12)) >> 0 & 31)::int + 1, 1) ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', (14 | (ordinal >> 11 & 1))::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', (ordinal >> 6 & 31)::int + 1, 1) ||
    substr('0123456789abcdefghjkmnpqrstvwxyz', (ordinal >> 1 & 31)::int + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((ordinal & 1) << 4 | 8 | floor(random() * 4)::bigint)::int + 1, 1) ||
    substr(gen_random_uuid()::text, 1, 8) || substr(gen_random_uuid()::text, 1, 4)
$$;

-- Whether a subscription to `subscribed` (types, `post.*`, `*`) has this type.
CREATE FUNCTION is_subscribed(subscribed TEXT[], type TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT subscribed && ARRAY['*', type, split_part(type, '.', 1) || '.*']
$$;

-- The profiles an event tells of.
CREATE FUNCTION profiles_of_event(type TEXT, data JSONB) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_remove(ARRAY[data ->> 'profile_id', CASE WHEN type LIKE 'profile.%' OR type = 'token.expiring' THEN data ->> 'id' END]
    || ARRAY(SELECT jsonb_path_query(data, '$.platforms[*].id') #>> '{}' WHERE type = 'post.processed'), NULL)
$$;

-- Who relays holds this row: one at a time, over all processes. Two would take each other's events for not there, and give a change a lower number than the one it followed.
INSERT INTO heartbeat (name, beat_at) VALUES ('event-relay', now());

-- One round of a relay: takes committed events that have no number, numbers them, makes a delivery for each enabled endpoint that wants one, and tells the
-- endpoints' pumps. All of it is one transaction. While another relay is at it nothing is done. The events are looked for by a statement that begins when this relay is the one, so
-- it sees what the one before it has numbered; the counter is read by the statement that locks it, so numbers have no gap. The planner's other ways to join would read the whole week when its statistics are older than a burst.
CREATE FUNCTION relay_events(present TIMESTAMPTZ, ids_from BIGINT, most INTEGER, OUT events INTEGER, OUT deliveries INTEGER) LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  events := 0;
  deliveries := 0;
  PERFORM FROM heartbeat WHERE name = 'event-relay' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  WITH claimed AS MATERIALIZED (
    SELECT workspace_id, id, created_at, type, profile_group_id FROM event WHERE seq IS NULL ORDER BY created_at, id LIMIT most FOR UPDATE SKIP LOCKED
  ), counted AS (
    INSERT INTO event_sequence AS counter (workspace_id, last_seq)
    SELECT workspace_id, count(*) FROM claimed GROUP BY workspace_id ORDER BY workspace_id
    ON CONFLICT (workspace_id) DO UPDATE SET last_seq = counter.last_seq + excluded.last_seq
    RETURNING workspace_id, last_seq
  ), counters AS MATERIALIZED (
    SELECT jsonb_object_agg(workspace_id, last_seq) AS last FROM counted
  ), numbered AS MATERIALIZED (
    SELECT c.*, (counters.last ->> c.workspace_id)::bigint - count(*) OVER (PARTITION BY c.workspace_id)
      + row_number() OVER (PARTITION BY c.workspace_id ORDER BY c.created_at, c.id) AS seq
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

-- Drops a week of a table that is cut into weeks, if nothing in it waits or `even_waiting`. False: something does.
CREATE FUNCTION drop_week(week TEXT, even_waiting BOOLEAN) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
  parent TEXT := left(week, -9);
  is_kept BOOLEAN := FALSE;
BEGIN
  -- As make_week does: one at a time.
  PERFORM pg_advisory_xact_lock(hashtext('heliograph make_week'), hashtext(parent));
  IF to_regclass(format('heliograph_weeks.%I', week)) IS NULL THEN RETURN TRUE; END IF;
  IF NOT even_waiting AND parent = 'event' THEN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM heliograph_weeks.%I WHERE seq IS NULL)
      OR EXISTS (SELECT 1 FROM webhook_delivery WHERE state = ''pending'' AND event_created_at >= $1 AND event_created_at < $1 + INTERVAL ''7 days'')', week)
      INTO is_kept USING to_date(right(week, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC';
  ELSIF NOT even_waiting AND parent = 'webhook_delivery' THEN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM heliograph_weeks.%I WHERE state = ''pending'')', week) INTO is_kept;
  END IF;
  IF is_kept THEN RETURN FALSE; END IF;
  EXECUTE format('DROP TABLE heliograph_weeks.%I', week);
  RETURN TRUE;
END $$;
