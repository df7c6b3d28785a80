import { Prisma, type SqlRunner } from '#infra/database/database';
import type { AuditEntry } from './audit-entry.js';

/** The insert of these entries, to be run by itself or as a part of the statement that makes the change. */
export function auditInsert(entries: readonly AuditEntry[]): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO audit_entry (workspace_id, id, created_at, actor, key_id, request_id, profile_group_id, action, target_id, before_digest, after_digest)
    SELECT a."workspaceId", a.id, a."createdAt", a.actor, a."keyId", a."requestId", a."profileGroupId", a.action, a."targetId", a."beforeDigest", a."afterDigest"
    FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
      AS a("workspaceId" text, id text, "createdAt" timestamptz, actor text, "keyId" text, "requestId" text, "profileGroupId" text, action text, "targetId" text,
           "beforeDigest" text, "afterDigest" text)`;
}

/** Writes entries in the caller's transaction. */
export async function writeAudit(runner: SqlRunner, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length > 0) await runner.$executeRaw(auditInsert(entries));
}
