-- Tables that only grow are cut into weeks, so that what is too old goes by dropping a table. The weeks live in a schema of their own; rights and
-- row-level security are those of the whole. What has a time for which there is no week yet lies in the default until `make_week` fetches it.
CREATE SCHEMA heliograph_weeks;

-- The week that contains `moment`, Monday to Monday (UTC). Repeatable; false: it was there. Rows of it that came before it did are moved in.
CREATE FUNCTION make_week(parent TEXT, cut TEXT, moment TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
  starts TIMESTAMPTZ := date_trunc('week', moment, 'UTC');
  ends TIMESTAMPTZ := starts + INTERVAL '7 days';
  week TEXT := format('%s_%s', parent, to_char(starts AT TIME ZONE 'UTC', 'YYYYMMDD'));
BEGIN
  -- One at a time: two processes may find the same week missing.
  PERFORM pg_advisory_xact_lock(hashtext('heliograph make_week'), hashtext(parent));
  IF to_regclass(format('heliograph_weeks.%I', week)) IS NOT NULL THEN RETURN FALSE; END IF;
  EXECUTE format('LOCK TABLE heliograph_weeks.%I IN ACCESS EXCLUSIVE MODE', parent || '_rest');
  EXECUTE format('CREATE TABLE heliograph_weeks.%I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)', week, parent);
  EXECUTE format('WITH early AS (DELETE FROM heliograph_weeks.%I WHERE %I >= $1 AND %I < $2 RETURNING *) INSERT INTO heliograph_weeks.%I SELECT * FROM early', parent || '_rest', cut, cut, week) USING starts, ends;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION heliograph_weeks.%I FOR VALUES FROM (%L) TO (%L)', parent, week, starts, ends);
  RETURN TRUE;
END $$;

-- The outbox and the feed: one table. `seq` numbers the events of a workspace without gaps, in the order in which a relay found them committed.
-- A Prisma migration renames nothing of an index by itself; the old names are needed again.
ALTER TABLE "event" RENAME TO "event_before";
ALTER INDEX "event_pkey" RENAME TO "event_before_pkey";
ALTER INDEX "event_of_post" RENAME TO "event_before_of_post";
ALTER TABLE "event_before" RENAME CONSTRAINT "event_workspace_id_fkey" TO "event_before_workspace_id_fkey";

CREATE TABLE "event" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "post_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGINT,

    CONSTRAINT "event_pkey" PRIMARY KEY ("workspace_id","id","created_at")
) PARTITION BY RANGE ("created_at");
CREATE INDEX "event_of_post" ON "event"("workspace_id", "post_id", "id") WHERE (post_id IS NOT NULL);
CREATE INDEX "event_feed" ON "event"("workspace_id", "seq") WHERE (seq IS NOT NULL);
CREATE INDEX "event_waiting" ON "event"("created_at", "id") WHERE (seq IS NULL);
ALTER TABLE "event" ADD CONSTRAINT "event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The last number of each workspace. Only relays write it, in the transaction that numbers.
CREATE TABLE "event_sequence" (
    "workspace_id" TEXT NOT NULL,
    "last_seq" BIGINT NOT NULL,

    CONSTRAINT "event_sequence_pkey" PRIMARY KEY ("workspace_id")
);
ALTER TABLE "event_sequence" ADD CONSTRAINT "event_sequence_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A subscription. `events` are types, `post.*` or `*`; an empty `profile_ids` means all.
CREATE TABLE "webhook_endpoint" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT,
    "profile_ids" TEXT[] NOT NULL DEFAULT '{}',
    "url" TEXT NOT NULL,
    "description" TEXT,
    "events" TEXT[] NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "verified_at" TIMESTAMPTZ(3),
    "max_concurrency" INTEGER NOT NULL DEFAULT 8,
    "max_per_second" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("workspace_id","id")
);
CREATE INDEX "webhook_endpoint_workspace_id_profile_group_id_id_idx" ON "webhook_endpoint"("workspace_id", "profile_group_id", "id");
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- Secrets that sign what an endpoint gets, encrypted: the one without an end, and during a rotation those before it.
CREATE TABLE "webhook_secret" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("workspace_id","id")
);
CREATE INDEX "webhook_secret_workspace_id_endpoint_id_id_idx" ON "webhook_secret"("workspace_id", "endpoint_id", "id");
ALTER TABLE "webhook_secret" ADD CONSTRAINT "webhook_secret_workspace_id_endpoint_id_fkey" FOREIGN KEY ("workspace_id", "endpoint_id") REFERENCES "webhook_endpoint"("workspace_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- How delivering to an endpoint goes. Apart from the endpoint, for it changes all the time: one writer at a time, who holds the lease.
CREATE TABLE "webhook_pump" (
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "dispatched_until" TIMESTAMPTZ(3),
    "dispatches" INTEGER NOT NULL DEFAULT 0,
    "lease" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "breaker" TEXT NOT NULL DEFAULT 'closed',
    "breaker_until" TIMESTAMPTZ(3),
    "breaker_successes" INTEGER NOT NULL DEFAULT 0,
    "window_started_at" TIMESTAMPTZ(3),
    "window_requests" INTEGER NOT NULL DEFAULT 0,
    "window_failures" INTEGER NOT NULL DEFAULT 0,
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "alerted_percent" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "webhook_pump_pkey" PRIMARY KEY ("workspace_id","endpoint_id")
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX "webhook_pump_due_at_idx" ON "webhook_pump"("due_at");
ALTER TABLE "webhook_pump" ADD CONSTRAINT "webhook_pump_workspace_id_endpoint_id_fkey" FOREIGN KEY ("workspace_id", "endpoint_id") REFERENCES "webhook_endpoint"("workspace_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- One event for one endpoint. What is to be sent is the event; only a test has a body of its own. Times are those of the row, not of the event.
CREATE TYPE "webhook_delivery_state" AS ENUM ('pending', 'delivered', 'dead', 'cancelled');
CREATE TYPE "webhook_delivery_kind" AS ENUM ('event', 'test', 'redelivery', 'replay');
CREATE TABLE "webhook_delivery" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "event_created_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGINT,
    "kind" "webhook_delivery_kind" NOT NULL DEFAULT 'event',
    "replay_id" TEXT,
    "body" TEXT,
    "state" "webhook_delivery_state" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("workspace_id","id","created_at")
) PARTITION BY RANGE ("created_at");
CREATE INDEX "webhook_delivery_due" ON "webhook_delivery"("workspace_id", "endpoint_id", "next_attempt_at", "id") WHERE (state = 'pending');
CREATE INDEX "webhook_delivery_of_endpoint" ON "webhook_delivery"("workspace_id", "endpoint_id", "id");
CREATE INDEX "webhook_delivery_of_event" ON "webhook_delivery"("workspace_id", "endpoint_id", "event_id");
CREATE INDEX "webhook_delivery_dead" ON "webhook_delivery"("workspace_id", "endpoint_id", "id") WHERE (state = 'dead');
CREATE INDEX "webhook_delivery_of_replay" ON "webhook_delivery"("workspace_id", "replay_id", "id") WHERE (replay_id IS NOT NULL);

-- One call of a delivery. The body that was sent is that of the event.
CREATE TABLE "webhook_attempt" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "event_created_at" TIMESTAMPTZ(3) NOT NULL,
    "kind" "webhook_delivery_kind" NOT NULL,
    "attempt_number" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL,
    "response_status" INTEGER,
    "error_class" TEXT,
    "error" TEXT,
    "request_headers" JSONB NOT NULL,
    "response_headers" JSONB,
    "response_body" TEXT,
    "timing" JSONB,
    "duration_ms" INTEGER NOT NULL,
    "attempted_at" TIMESTAMPTZ(3) NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("workspace_id","id","attempted_at")
) PARTITION BY RANGE ("attempted_at");
CREATE INDEX "webhook_attempt_of_endpoint" ON "webhook_attempt"("workspace_id", "endpoint_id", "id");
CREATE INDEX "webhook_attempt_of_delivery" ON "webhook_attempt"("workspace_id", "delivery_id", "id");

-- A range of events sent again. `cursor_seq` is the last event that is a delivery by now; both are written together.
CREATE TYPE "webhook_replay_status" AS ENUM ('running', 'completed', 'cancelled');
CREATE TABLE "webhook_replay" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "events" TEXT[] NOT NULL DEFAULT '{}',
    "only_failed" BOOLEAN NOT NULL DEFAULT false,
    "status" "webhook_replay_status" NOT NULL DEFAULT 'running',
    "total" BIGINT NOT NULL,
    "queued" BIGINT NOT NULL DEFAULT 0,
    "cursor_seq" BIGINT NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3),
    "lease" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_replay_pkey" PRIMARY KEY ("workspace_id","id")
);
CREATE INDEX "webhook_replay_workspace_id_endpoint_id_id_idx" ON "webhook_replay"("workspace_id", "endpoint_id", "id");
CREATE INDEX "webhook_replay_due_at_idx" ON "webhook_replay"("due_at");
ALTER TABLE "webhook_replay" ADD CONSTRAINT "webhook_replay_workspace_id_endpoint_id_fkey" FOREIGN KEY ("workspace_id", "endpoint_id") REFERENCES "webhook_endpoint"("workspace_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- What the outbox held so far is numbered by the first relay.
DO $$
DECLARE
  whole RECORD;
BEGIN
  FOR whole IN SELECT * FROM (VALUES ('event', 'created_at'), ('webhook_delivery', 'created_at'), ('webhook_attempt', 'attempted_at')) AS t(name, cut) LOOP
    EXECUTE format('CREATE TABLE heliograph_weeks.%I PARTITION OF %I DEFAULT', whole.name || '_rest', whole.name);
    PERFORM make_week(whole.name, whole.cut, now());
    PERFORM make_week(whole.name, whole.cut, now() + INTERVAL '7 days');
  END LOOP;
END $$;
INSERT INTO "event" ("workspace_id", "id", "profile_group_id", "type", "data", "post_id", "created_at")
  SELECT "workspace_id", "id", "profile_group_id", "type", "data", "post_id", "created_at" FROM "event_before";
DROP TABLE "event_before";

DO $$
DECLARE tenant_table TEXT;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['event', 'event_sequence', 'webhook_endpoint', 'webhook_secret', 'webhook_pump', 'webhook_delivery', 'webhook_attempt', 'webhook_replay'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %I USING (workspace_id = (SELECT current_setting(''heliograph.workspace'', true)))', tenant_table);
  END LOOP;
END $$;
