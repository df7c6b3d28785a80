-- AlterTable
ALTER TABLE "post" ADD COLUMN     "queue_id" TEXT,
ADD COLUMN     "queue_priority" TEXT,
ADD COLUMN     "queue_slot_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "post_queue" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "profile_group_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "timezone" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "jitter" INTEGER NOT NULL DEFAULT 0,
    "overdue_policy" TEXT,
    "overdue_minutes" INTEGER,
    "next_timeslot_id" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_queue_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "queue_timeslot" (
    "workspace_id" TEXT NOT NULL,
    "queue_id" TEXT NOT NULL,
    "id" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "time" TEXT NOT NULL,

    CONSTRAINT "queue_timeslot_pkey" PRIMARY KEY ("workspace_id","queue_id","id")
);

-- CreateIndex
CREATE INDEX "post_queue_workspace_id_profile_group_id_id_idx" ON "post_queue"("workspace_id", "profile_group_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "queue_timeslot_workspace_id_queue_id_day_time_key" ON "queue_timeslot"("workspace_id", "queue_id", "day", "time");

-- CreateIndex
CREATE INDEX "post_in_queue" ON "post"("workspace_id", "queue_id") WHERE (queue_id IS NOT NULL);

-- AddForeignKey
ALTER TABLE "post" ADD CONSTRAINT "post_workspace_id_queue_id_fkey" FOREIGN KEY ("workspace_id", "queue_id") REFERENCES "post_queue"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "post_queue" ADD CONSTRAINT "post_queue_workspace_id_profile_group_id_fkey" FOREIGN KEY ("workspace_id", "profile_group_id") REFERENCES "profile_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_timeslot" ADD CONSTRAINT "queue_timeslot_workspace_id_queue_id_fkey" FOREIGN KEY ("workspace_id", "queue_id") REFERENCES "post_queue"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "post_queue" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "post_queue" USING (workspace_id = (SELECT current_setting('heliograph.workspace', true)));
ALTER TABLE "queue_timeslot" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "queue_timeslot" USING (workspace_id = (SELECT current_setting('heliograph.workspace', true)));
