-- Tests of an endpoint that wait, to count them however much else waits there.
CREATE INDEX "webhook_delivery_tests" ON "webhook_delivery"("workspace_id", "endpoint_id", "id") WHERE (state = 'pending' AND kind = 'test');

-- What waits for an endpoint ends with it, however it goes: by its own deletion or with its group. The statement runs after the deletion has
-- got its lock and has its own snapshot, so it also finds what was being made while the deletion waited. It cancels so many at most that the
-- deletion comes to its end in any case; workers cancel the rest, which has no pump any more and is not sent.
CREATE FUNCTION cancel_deliveries_of_endpoint() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook_delivery SET state = 'cancelled', next_attempt_at = NULL, finished_at = GREATEST(now(), created_at)
    WHERE workspace_id = OLD.workspace_id AND state = 'pending' AND (id, created_at) IN (
      SELECT id, created_at FROM webhook_delivery WHERE workspace_id = OLD.workspace_id AND endpoint_id = OLD.id AND state = 'pending' LIMIT 10000);
  RETURN NULL;
END $$;
CREATE TRIGGER webhook_endpoint_gone AFTER DELETE ON webhook_endpoint FOR EACH ROW EXECUTE FUNCTION cancel_deliveries_of_endpoint();
