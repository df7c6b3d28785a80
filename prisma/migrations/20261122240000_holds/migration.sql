-- Why an account that is not active cannot be used ("account_blocked"); the smallest of the warnings that its token runs out that has been given.
ALTER TABLE "profile" ADD COLUMN "status_reason" TEXT;
ALTER TABLE "profile" ADD COLUMN "expiry_notice" INTEGER;
-- What becomes of posts that are late, where the workspace says so itself.
ALTER TABLE "workspace" ADD COLUMN "overdue_policy" TEXT;
ALTER TABLE "workspace" ADD COLUMN "overdue_minutes" INTEGER;
-- When it was settled that a target goes out, in time or late; null: a worker that finds it late decides by the policy.
ALTER TABLE "platform_post" ADD COLUMN "timing_settled_at" TIMESTAMPTZ(3);
-- What has been begun when this comes is not judged anew.
UPDATE "platform_post" SET "timing_settled_at" = "attempted_at" WHERE "due_at" IS NOT NULL AND "attempted_at" IS NOT NULL;
