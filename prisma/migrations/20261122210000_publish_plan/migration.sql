-- When a target is to go live, apart from when a worker should look at it next; null: as soon as it can.
ALTER TABLE "platform_post" ADD COLUMN "publish_at" TIMESTAMPTZ(3);
-- Why it waits for a person, and since when; then nothing is due.
ALTER TABLE "platform_post" ADD COLUMN "hold" TEXT;
ALTER TABLE "platform_post" ADD COLUMN "held_at" TIMESTAMPTZ(3);
-- Which limit it waits for; until when is in due_at.
ALTER TABLE "platform_post" ADD COLUMN "deferral" TEXT;
UPDATE "platform_post" t SET "publish_at" = p."scheduled_at"
  FROM "post" p WHERE p."workspace_id" = t."workspace_id" AND p."id" = t."post_id" AND t."due_at" IS NOT NULL;
