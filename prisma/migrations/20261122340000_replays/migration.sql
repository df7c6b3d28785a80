-- Whether an endpoint wants an event. One function for the relay, replays and whoever else asks, so that all give the same answer. `events` are types,
-- `post.*` or `*`; no group: all groups and events of none; no profiles: all profiles and events that name none.
CREATE FUNCTION webhook_wants(events TEXT[], group_id TEXT, profile_ids TEXT[], e_type TEXT, e_group TEXT, e_data JSONB) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (events && ARRAY['*', e_type] OR EXISTS (SELECT FROM unnest(events) wish WHERE wish LIKE '%.*' AND starts_with(e_type, left(wish, -1))))
    AND (group_id IS NULL OR e_group IS NOT DISTINCT FROM group_id)
    AND (profile_ids = '{}'
      OR e_data ->> 'profile_id' = ANY (profile_ids)
      OR (e_data ->> 'id' = ANY (profile_ids) AND split_part(e_type, '.', 1) IN ('profile', 'token'))
      OR EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof(e_data -> 'platforms') WHEN 'array' THEN e_data -> 'platforms' ELSE '[]' END) each WHERE each ->> 'id' = ANY (profile_ids)))
$$;

-- A batch of a replay is one transaction that holds the row: a worker that dies holds nothing, so there is no lease. `last_seq` closes the set when the replay
-- begins; how its deliveries ended is written down at its end, for deliveries are kept for 30 days only.
ALTER TABLE "webhook_replay" DROP COLUMN "lease",
  DROP COLUMN "leased_until",
  ADD COLUMN "delivered" BIGINT,
  ADD COLUMN "failed" BIGINT,
  ADD COLUMN "last_seq" BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX "webhook_replay_running" ON "webhook_replay"("workspace_id", "endpoint_id") WHERE (status = 'running');

-- Counted by state, without looking at the rows.
DROP INDEX "webhook_delivery_of_replay";
CREATE INDEX "webhook_delivery_of_replay" ON "webhook_delivery"("workspace_id", "replay_id", "state", "id") WHERE (replay_id IS NOT NULL);
