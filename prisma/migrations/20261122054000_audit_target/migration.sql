-- CreateIndex
CREATE INDEX "audit_entry_workspace_id_target_id_id_idx" ON "audit_entry"("workspace_id", "target_id", "id");
