-- CreateTable
CREATE TABLE "call_budget_use" (
    "workspace_id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "leaves_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_budget_use_pkey" PRIMARY KEY ("workspace_id","profile_id","kind","subject")
);

-- CreateIndex
CREATE INDEX "call_budget_use_workspace_id_profile_id_kind_at_idx" ON "call_budget_use"("workspace_id", "profile_id", "kind", "at");

-- CreateIndex
CREATE INDEX "call_budget_use_leaves_at_idx" ON "call_budget_use"("leaves_at");

-- AddForeignKey
ALTER TABLE "call_budget_use" ADD CONSTRAINT "call_budget_use_workspace_id_profile_id_fkey" FOREIGN KEY ("workspace_id", "profile_id") REFERENCES "profile"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "call_budget_use" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "call_budget_use" USING (workspace_id = (SELECT current_setting('heliograph.workspace', true)));

-- Takes a place in a budget, or answers when there will be one. Who takes at the same moment for the same profile and kind waits for the lock until this
-- one has committed, and each statement of a volatile function sees what is committed by then: so there is never one place too many. A subject that
-- has a place keeps it, and its time. The place that is awaited is that of the use before which so many came that the budget is full.
CREATE FUNCTION take_call_budget(workspace TEXT, owner TEXT, of_kind TEXT, of_subject TEXT, amount INT, span INTERVAL, present TIMESTAMPTZ) RETURNS TIMESTAMPTZ LANGUAGE plpgsql VOLATILE AS $$
DECLARE until TIMESTAMPTZ;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', workspace, owner, of_kind), 29));
  PERFORM FROM call_budget_use u WHERE u.workspace_id = workspace AND u.profile_id = owner AND u.kind = of_kind AND u.subject = of_subject AND u.at > present - span;
  IF FOUND THEN RETURN NULL; END IF;
  SELECT u.at + span INTO until FROM call_budget_use u
    WHERE u.workspace_id = workspace AND u.profile_id = owner AND u.kind = of_kind AND u.at > present - span
    ORDER BY u.at DESC OFFSET amount - 1 LIMIT 1;
  IF FOUND THEN RETURN until; END IF;
  INSERT INTO call_budget_use AS u (workspace_id, profile_id, kind, subject, at, leaves_at)
    SELECT p.workspace_id, p.id, of_kind, of_subject, present, present + span FROM profile p WHERE p.workspace_id = workspace AND p.id = owner FOR KEY SHARE
    ON CONFLICT (workspace_id, profile_id, kind, subject) DO UPDATE SET at = EXCLUDED.at, leaves_at = EXCLUDED.leaves_at;
  RETURN NULL;
END $$;
