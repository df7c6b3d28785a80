-- CreateTable
CREATE TABLE "profile_pace" (
    "workspace_id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "publish_tat" TIMESTAMPTZ(3),
    "slowed_call_at" TIMESTAMPTZ(3),
    "usage_percent" INTEGER NOT NULL DEFAULT 0,
    "usage_seen_at" TIMESTAMPTZ(3),
    "stopped_until" TIMESTAMPTZ(3),
    "refusals" INTEGER NOT NULL DEFAULT 0,
    "quota_used" INTEGER,
    "quota_total" INTEGER,
    "quota_seconds" INTEGER,
    "quota_read_at" TIMESTAMPTZ(3),
    "quota_asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "profile_pace_pkey" PRIMARY KEY ("workspace_id","profile_id")
);

-- CreateTable
CREATE TABLE "network_usage" (
    "network" TEXT NOT NULL,
    "usage_percent" INTEGER NOT NULL,
    "usage_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "stopped_until" TIMESTAMPTZ(3),

    CONSTRAINT "network_usage_pkey" PRIMARY KEY ("network")
);

-- CreateIndex
CREATE INDEX "platform_post_published" ON "platform_post"("workspace_id", "profile_id", "published_at") WHERE published_at IS NOT NULL;

-- AddForeignKey
ALTER TABLE "profile_pace" ADD CONSTRAINT "profile_pace_workspace_id_profile_id_fkey" FOREIGN KEY ("workspace_id", "profile_id") REFERENCES "profile"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "profile_pace" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "profile_pace" USING (workspace_id = (SELECT current_setting('heliograph.workspace', true)));
