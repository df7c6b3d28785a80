-- As before, but each delivery is found by its key.
CREATE OR REPLACE FUNCTION settle_deliveries(runs JSONB, outcomes JSONB, told JSONB) RETURNS TABLE (held TEXT, wanted BOOLEAN) LANGUAGE plpgsql VOLATILE
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
  present_ones TEXT[];
  overtaken TEXT[];
  kept TEXT[];
  disabled_ones TEXT[];
BEGIN
  -- An endpoint is locked before its pump, as its owner's changes do; only where it may be written below.
  PERFORM FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, disabled_reason TEXT)
    JOIN webhook_endpoint e ON e.workspace_id = r.workspace_id AND e.id = r.endpoint_id
    WHERE r.disabled_reason IS NOT NULL OR e.verified_at IS NULL
    ORDER BY e.workspace_id, e.id FOR NO KEY UPDATE OF e;
  PERFORM FROM webhook_pump p
    WHERE (p.workspace_id, p.endpoint_id) IN (SELECT r.workspace_id, r.endpoint_id FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT))
    ORDER BY p.workspace_id, p.endpoint_id FOR NO KEY UPDATE;

  INSERT INTO webhook_attempt (workspace_id, id, endpoint_id, delivery_id, event_id, event_type, event_created_at, kind, attempt_number, success, response_status,
                               error_class, error, request_headers, response_headers, response_body, timing, duration_ms, attempted_at, next_attempt_at)
    SELECT o.workspace_id, o.attempt_id, o.endpoint_id, o.id, o.event_id, o.event_type, o.event_created_at, o.kind, o.attempts, o.state = 'delivered', o.response_status,
           o.error_class, o.error, o.request_headers, o.response_headers, o.response_body, o.timing, o.duration_ms, o.attempted_at, o.next_attempt_at
    FROM jsonb_to_recordset(outcomes) AS o(workspace_id TEXT, attempt_id TEXT, endpoint_id TEXT, id TEXT, event_id TEXT, event_type TEXT, event_created_at TIMESTAMPTZ,
      kind webhook_delivery_kind, attempts INTEGER, state TEXT, response_status INTEGER, error_class TEXT, error TEXT, request_headers JSONB, response_headers JSONB,
      response_body TEXT, timing JSONB, duration_ms INTEGER, attempted_at TIMESTAMPTZ, next_attempt_at TIMESTAMPTZ)
    WHERE o.attempt_id IS NOT NULL;

  WITH pumped AS (
    UPDATE webhook_pump p
    SET leased_until = r.until, breaker = r.breaker, breaker_until = r.breaker_until, breaker_successes = r.breaker_successes, window_started_at = r.window_started_at,
        window_requests = r.window_requests, window_failures = r.window_failures, last_success_at = r.last_success_at, last_failure_at = r.last_failure_at,
        failing_since = r.failing_since, alerted_percent = r.alerted_percent
    FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, lease TEXT, epoch INTEGER, until TIMESTAMPTZ, breaker TEXT, breaker_until TIMESTAMPTZ, breaker_successes INTEGER,
      window_started_at TIMESTAMPTZ, window_requests INTEGER, window_failures INTEGER, last_success_at TIMESTAMPTZ, last_failure_at TIMESTAMPTZ, failing_since TIMESTAMPTZ, alerted_percent INTEGER)
    WHERE p.workspace_id = r.workspace_id AND p.endpoint_id = r.endpoint_id AND p.lease = r.lease AND p.epoch = r.epoch
    RETURNING p.lease
  )
  SELECT COALESCE(array_agg(pumped.lease), '{}') INTO present_ones FROM pumped;
  WITH pumped AS (
    UPDATE webhook_pump p SET leased_until = r.until
    FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, lease TEXT, epoch INTEGER, until TIMESTAMPTZ)
    WHERE p.workspace_id = r.workspace_id AND p.endpoint_id = r.endpoint_id AND p.lease = r.lease AND p.epoch <> r.epoch
    RETURNING p.lease
  )
  SELECT COALESCE(array_agg(pumped.lease), '{}') INTO overtaken FROM pumped;
  kept := present_ones || overtaken;
  IF kept = '{}' THEN RETURN; END IF;

  UPDATE webhook_delivery d
    SET state = o.state, attempts = o.attempts, next_attempt_at = o.next_attempt_at, finished_at = CASE WHEN o.state = 'pending' THEN NULL ELSE o.present END
    FROM jsonb_to_recordset(outcomes) AS o(lease TEXT, workspace_id TEXT, id TEXT, created_at TIMESTAMPTZ, state webhook_delivery_state, attempts INTEGER, next_attempt_at TIMESTAMPTZ, present TIMESTAMPTZ)
    WHERE o.lease = ANY (kept) AND d.workspace_id = o.workspace_id AND d.id = o.id AND d.created_at = o.created_at
      -- As text: else the index of what is due would be taken for this, and be read from end to end for each row.
      AND d.state::text = 'pending';

  WITH ended AS (
    UPDATE webhook_endpoint e
    SET enabled = FALSE, disabled_reason = r.disabled_reason, disabled_at = r.present, updated_at = r.present,
        disabled_seq = COALESCE((SELECT s.last_seq FROM event_sequence s WHERE s.workspace_id = e.workspace_id), 0)
    FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, lease TEXT, disabled_reason TEXT, present TIMESTAMPTZ)
    WHERE r.lease = ANY (present_ones) AND r.disabled_reason IS NOT NULL AND e.workspace_id = r.workspace_id AND e.id = r.endpoint_id AND e.enabled
    RETURNING r.lease
  )
  SELECT COALESCE(array_agg(ended.lease), '{}') INTO disabled_ones FROM ended;

  -- Its host has been found at a permitted address: something has arrived since the address was written.
  UPDATE webhook_endpoint e
    SET verified_at = r.last_success_at
    FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, lease TEXT, last_success_at TIMESTAMPTZ)
    WHERE r.lease = ANY (present_ones) AND e.workspace_id = r.workspace_id AND e.id = r.endpoint_id AND e.verified_at IS NULL AND r.last_success_at >= e.updated_at;

  INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at)
    SELECT t.workspace_id, t.id, t.profile_group_id, t.type, t.data, t.created_at
    FROM jsonb_to_recordset(told) AS t(lease TEXT, workspace_id TEXT, id TEXT, profile_group_id TEXT, type TEXT, data JSONB, created_at TIMESTAMPTZ)
    WHERE t.lease = ANY (present_ones) AND (t.type <> 'webhook.disabled' OR t.lease = ANY (disabled_ones));

  -- A pump that lets go says when it is due next. Whoever makes a delivery writes the pump's row in the same transaction, so one that came before the lock
  -- above is seen by this statement, and one that comes after it makes the pump due by itself.
  UPDATE webhook_pump p
    SET lease = NULL, leased_until = NULL, dispatched_until = NULL,
        due_at = CASE WHEN e.enabled THEN (
          SELECT GREATEST(d.next_attempt_at, CASE WHEN p.breaker = 'open' THEN p.breaker_until END) FROM webhook_delivery d
          WHERE d.workspace_id = p.workspace_id AND d.endpoint_id = p.endpoint_id AND d.state = 'pending' ORDER BY d.next_attempt_at, d.id LIMIT 1) END
    FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, lease TEXT, releases BOOLEAN), webhook_endpoint e
    WHERE r.releases AND r.lease = ANY (kept) AND p.workspace_id = r.workspace_id AND p.endpoint_id = r.endpoint_id AND p.lease = r.lease
      AND e.workspace_id = p.workspace_id AND e.id = p.endpoint_id;

  RETURN QUERY
    SELECT r.lease, e.enabled AND r.lease = ANY (present_ones) FROM jsonb_to_recordset(runs) AS r(workspace_id TEXT, endpoint_id TEXT, lease TEXT)
    JOIN webhook_endpoint e ON e.workspace_id = r.workspace_id AND e.id = r.endpoint_id
    WHERE r.lease = ANY (kept);
END $$;
