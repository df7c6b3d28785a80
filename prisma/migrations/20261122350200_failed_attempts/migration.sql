-- The calls of an endpoint that failed. There are few of them, and to find them the whole log was looked through; calls that succeed do not pay for it.
CREATE INDEX "webhook_attempt_failed" ON "webhook_attempt"("workspace_id", "endpoint_id", "id") WHERE (NOT success);
