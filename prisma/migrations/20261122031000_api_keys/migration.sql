-- Keys that exist could do everything, and still can.
ALTER TABLE "api_key" ADD COLUMN "permissions" TEXT[] NOT NULL DEFAULT ARRAY['read', 'posts:write', 'profiles:write', 'comments:write', 'messages:write', 'webhooks:write', 'keys:write'];
ALTER TABLE "api_key" ALTER COLUMN "permissions" DROP DEFAULT;
ALTER TABLE "api_key" ADD COLUMN "replaced_by_id" TEXT;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_replaced_by_id_fkey" FOREIGN KEY ("workspace_id", "replaced_by_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Unlogged: no flush for a counter, and what a crash forgets is a minute's worth of requests.
CREATE UNLOGGED TABLE "api_key_usage" (
    "workspace_id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "used" BIGINT NOT NULL,

    CONSTRAINT "api_key_usage_pkey" PRIMARY KEY ("workspace_id","key_id")
);

-- AddForeignKey
ALTER TABLE "api_key_usage" ADD CONSTRAINT "api_key_usage_workspace_id_key_id_fkey" FOREIGN KEY ("workspace_id", "key_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- API processes keep keys in memory. Whoever changes one, whatever the program, tells them with the commit (api-key.cache.ts).
CREATE FUNCTION "notify_key_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('heliograph_keys', 'key:' || OLD.prefix);
  RETURN NULL;
END $$;

-- Not last_used_at: it changes all the time and decides nothing.
CREATE TRIGGER "api_key_change" AFTER DELETE OR UPDATE OF "prefix", "secret_hash", "profile_group_id", "permissions", "expires_at", "revoked_at" ON "api_key"
  FOR EACH ROW EXECUTE FUNCTION "notify_key_change"();

-- The group of a call depends on which groups there are.
CREATE FUNCTION "notify_group_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('heliograph_keys', 'workspace:' || COALESCE(NEW.workspace_id, OLD.workspace_id));
  RETURN NULL;
END $$;

CREATE TRIGGER "profile_group_change" AFTER INSERT OR DELETE ON "profile_group"
  FOR EACH ROW EXECUTE FUNCTION "notify_group_change"();
