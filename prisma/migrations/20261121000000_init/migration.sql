-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "profile_status" AS ENUM ('active', 'expired', 'inactive');

-- CreateEnum
CREATE TYPE "post_status" AS ENUM ('draft', 'pending', 'scheduled', 'processing', 'processed', 'media_processing_failed');

-- CreateEnum
CREATE TYPE "platform_post_status" AS ENUM ('pending', 'processing', 'published', 'failed', 'failed_waiting_for_retry', 'unconfirmed', 'deleted');

-- CreateEnum
CREATE TYPE "publish_step" AS ENUM ('waiting', 'creating_children', 'polling_children', 'creating', 'polling', 'ready', 'publishing', 'reading_back', 'comment_due', 'commenting', 'done');

-- CreateTable
CREATE TABLE "workspace" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "profile_group" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "profile_group_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "profile" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "remote_id" TEXT NOT NULL,
    "app_scoped_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "avatar_url" TEXT,
    "status" "profile_status" NOT NULL DEFAULT 'active',
    "access_token" TEXT NOT NULL,
    "token_expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "event" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "name" TEXT NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "post" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "status" "post_status" NOT NULL,
    "source" TEXT NOT NULL,
    "scheduled_at" TIMESTAMPTZ(3),
    "metadata" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "media" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "post_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "source_url" TEXT,
    "content_type" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "duration_ms" INTEGER,
    "size_bytes" BIGINT NOT NULL,
    "original_key" TEXT NOT NULL,
    "delivery_key" TEXT NOT NULL,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "media_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "platform_post" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "post_id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "status" "platform_post_status" NOT NULL DEFAULT 'pending',
    "step" "publish_step" NOT NULL DEFAULT 'waiting',
    "child_containers" JSONB NOT NULL DEFAULT '[]',
    "container_id" TEXT,
    "remote_id" TEXT,
    "permalink" TEXT,
    "first_comment_id" TEXT,
    "request_id" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "recreations" INTEGER NOT NULL DEFAULT 0,
    "checks" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "error_details" JSONB,
    "attempted_at" TIMESTAMPTZ(3),
    "publish_started_at" TIMESTAMPTZ(3),
    "publish_called_at" TIMESTAMPTZ(3),
    "is_final_if_untouched" BOOLEAN NOT NULL DEFAULT false,
    "published_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "dispatched_until" TIMESTAMPTZ(3),
    "dispatches" INTEGER NOT NULL DEFAULT 0,
    "lease" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "platform_post_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "publish_attempt" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "platform_post_id" TEXT NOT NULL,
    "step" "publish_step" NOT NULL,
    "request_id" TEXT NOT NULL,
    "outcome" TEXT,
    "code" INTEGER,
    "subcode" INTEGER,
    "message" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "publish_attempt_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_key_prefix_key" ON "api_key"("prefix");

-- CreateIndex
CREATE UNIQUE INDEX "profile_workspace_id_profile_group_id_network_key" ON "profile"("workspace_id", "profile_group_id", "network");

-- CreateIndex
CREATE INDEX "post_workspace_id_profile_group_id_id_idx" ON "post"("workspace_id", "profile_group_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "media_workspace_id_post_id_position_key" ON "media"("workspace_id", "post_id", "position");

-- CreateIndex
CREATE INDEX "platform_post_workspace_id_profile_id_id_idx" ON "platform_post"("workspace_id", "profile_id", "id");

-- CreateIndex
CREATE INDEX "platform_post_due" ON "platform_post"("due_at") WHERE (due_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "platform_post_workspace_id_post_id_profile_id_key" ON "platform_post"("workspace_id", "post_id", "profile_id");

-- CreateIndex
CREATE INDEX "publish_attempt_workspace_id_platform_post_id_id_idx" ON "publish_attempt"("workspace_id", "platform_post_id", "id");

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "profile_group" ADD CONSTRAINT "profile_group_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "profile" ADD CONSTRAINT "profile_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post" ADD CONSTRAINT "post_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "media" ADD CONSTRAINT "media_workspace_id_post_id_fkey" FOREIGN KEY ("workspace_id", "post_id") REFERENCES "post"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "platform_post" ADD CONSTRAINT "platform_post_workspace_id_post_id_fkey" FOREIGN KEY ("workspace_id", "post_id") REFERENCES "post"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "platform_post" ADD CONSTRAINT "platform_post_workspace_id_profile_id_fkey" FOREIGN KEY ("workspace_id", "profile_id") REFERENCES "profile"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "publish_attempt" ADD CONSTRAINT "publish_attempt_workspace_id_platform_post_id_fkey" FOREIGN KEY ("workspace_id", "platform_post_id") REFERENCES "platform_post"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
