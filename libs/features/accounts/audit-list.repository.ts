import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import type { Actor, AuditEntry } from '#infra/writes/audit-entry';

export interface AuditFilter {
  readonly profileGroupId: string | null;
  readonly action: string | null;
  readonly targetId: string | null;
  readonly keyId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Reads the audit, newest first: ids are time-ordered. */
@Injectable()
export class AuditListRepository {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string, filter: AuditFilter, page: { cursor: string | null; take: number }): Promise<AuditEntry[]> {
    const { profileGroupId, action, targetId, keyId, from, to } = filter;
    const rows = await this.database.auditEntry.findMany({
      where: {
        workspaceId,
        ...(profileGroupId ? { profileGroupId } : {}),
        ...(action ? { action } : {}),
        ...(targetId ? { targetId } : {}),
        ...(keyId ? { keyId } : {}),
        ...(from || to ? { createdAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
        ...(page.cursor ? { id: { lt: page.cursor } } : {}),
      },
      orderBy: { id: 'desc' },
      take: page.take,
    });
    return rows.map((row) => ({ ...row, actor: row.actor as Actor }));
  }
}
