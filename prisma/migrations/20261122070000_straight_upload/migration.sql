-- AlterEnum
ALTER TYPE "publish_step" ADD VALUE 'uploading' BEFORE 'polling';

-- AlterTable
ALTER TABLE "platform_post" ADD COLUMN "is_upload_refused" BOOLEAN NOT NULL DEFAULT false;
