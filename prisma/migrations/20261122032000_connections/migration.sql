-- DropIndex
DROP INDEX "profile_workspace_id_profile_group_id_network_key";

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "permissions" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "refresh_after" TIMESTAMPTZ(3),
ADD COLUMN     "refresh_lease" TEXT,
ADD COLUMN     "refresh_leased_until" TIMESTAMPTZ(3),
ADD COLUMN     "removed_at" TIMESTAMPTZ(3),
ADD COLUMN     "token_issued_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "connection_attempt" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "state_hash" TEXT NOT NULL,
    "redirect_url" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "connection_attempt_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "data_deletion" (
    "confirmation_code" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "data_deletion_pkey" PRIMARY KEY ("confirmation_code")
);

-- CreateIndex
CREATE UNIQUE INDEX "connection_attempt_state_hash_key" ON "connection_attempt"("state_hash");

-- CreateIndex
CREATE INDEX "connection_attempt_expires_at_idx" ON "connection_attempt"("expires_at");

-- CreateIndex
CREATE INDEX "profile_network_remote_id_idx" ON "profile"("network", "remote_id");

-- CreateIndex
CREATE INDEX "profile_network_app_scoped_id_idx" ON "profile"("network", "app_scoped_id");

-- CreateIndex
CREATE INDEX "profile_token_expiry" ON "profile"("token_expires_at") WHERE (status = 'active');

-- CreateIndex
CREATE UNIQUE INDEX "profile_of_group" ON "profile"("workspace_id", "profile_group_id", "network") WHERE (removed_at IS NULL);

-- AddForeignKey
ALTER TABLE "connection_attempt" ADD CONSTRAINT "connection_attempt_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
