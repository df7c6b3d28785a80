-- CreateTable
CREATE TABLE "upload" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT NOT NULL,
    "filename" TEXT,
    "content_type" TEXT,
    "size_bytes" BIGINT,
    "received_bytes" BIGINT NOT NULL DEFAULT 0,
    "object_key" TEXT,
    "token" TEXT,
    "locked_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "upload_expires_at_idx" ON "upload"("expires_at");

-- CreateIndex
CREATE INDEX "upload_object_key_idx" ON "upload"("object_key");

-- CreateIndex
CREATE INDEX "media_original_key_idx" ON "media"("original_key");

-- CreateIndex
CREATE INDEX "media_delivery_key_idx" ON "media"("delivery_key");

-- AddForeignKey
ALTER TABLE "upload" ADD CONSTRAINT "upload_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "upload" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "upload" USING (workspace_id = (SELECT current_setting('heliograph.workspace', true)));
