-- AlterTable
ALTER TABLE "media" ADD COLUMN     "thumbnail_key" TEXT;

-- CreateIndex
CREATE INDEX "media_thumbnail_key_idx" ON "media"("thumbnail_key");

-- CreateIndex
CREATE INDEX "media_with_original" ON "media"("created_at") WHERE (original_key <> delivery_key);
