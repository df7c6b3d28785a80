-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "webhook_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "webhook_error" TEXT,
ADD COLUMN     "webhook_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "webhook_subscribed_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "profile_webhook_due" ON "profile"("webhook_due_at") WHERE (status = 'active');

-- Accounts that are connected already: the next worker subscribes to their events.
UPDATE "profile" SET "webhook_due_at" = now() WHERE "status" = 'active';
