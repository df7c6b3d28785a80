-- Whether an endpoint wants an event, by what the relay goes by too (`is_subscribed`, `profiles_of_event`). No group: all groups and events of none; no
-- profiles: all profiles and events that name none.
CREATE FUNCTION webhook_wants(events TEXT[], group_id TEXT, profile_ids TEXT[], e_type TEXT, e_group TEXT, e_data JSONB) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT is_subscribed(events, e_type) AND (group_id IS NULL OR e_group IS NOT DISTINCT FROM group_id) AND (cardinality(profile_ids) = 0 OR profile_ids && profiles_of_event(e_type, e_data))
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
