-- AlterTable
ALTER TABLE "platform_post" ADD COLUMN     "comment_called_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "container_creation" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "container_creation_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "container_creation_workspace_id_profile_id_created_at_idx" ON "container_creation"("workspace_id", "profile_id", "created_at");

-- CreateIndex
CREATE INDEX "container_creation_created_at_idx" ON "container_creation"("created_at");

-- Containers of the last day count from the start.
INSERT INTO "container_creation" ("workspace_id", "id", "profile_id", "created_at")
SELECT a.workspace_id, a.id, t.profile_id, a.started_at
FROM "publish_attempt" a JOIN "platform_post" t ON t.workspace_id = a.workspace_id AND t.id = a.platform_post_id
WHERE a.step IN ('creating', 'creating_children') AND a.started_at > now() - interval '2 days';

ALTER TABLE "container_creation" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "container_creation" USING (workspace_id = (SELECT current_setting('heliograph.workspace', true)));
