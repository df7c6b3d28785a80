import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';
import type { StoredApiKey } from './api-key.repository.js';

/** A key and the group of the call it came with; null when the key may not see the group, or there is none. */
export type CallKey = StoredApiKey & { readonly groupId: string | null };

export interface KeyUse {
  readonly workspaceId: string;
  readonly id: string;
  readonly at: Date;
}

/** What the guard asks and notes of keys: before it is known whose call it is, and of all workspaces in one statement. */
@Injectable()
export class ApiKeyLookupRepository {
  constructor(private readonly database: SystemDatabase) {}

  /**
   * Key and group of a call in one round trip, for every request needs both. The group is the one asked for, else the key's,
   * else the workspace's first. The one read without a workspace: it is what tells the workspace.
   */
  async findForCall(prefix: string, requestedGroup: string | null): Promise<CallKey | null> {
    const [row] = await this.database.$queryRaw<CallKey[]>`
      SELECT k.workspace_id AS "workspaceId", k.id, k.name, k.prefix, k.profile_group_id AS "profileGroupId", k.secret_hash AS "secretHash",
             k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt", k.permissions,
             k.replaced_by_id AS "replacedById", g.id AS "groupId"
      FROM api_key k
      LEFT JOIN LATERAL (
        SELECT id FROM profile_group
        WHERE workspace_id = k.workspace_id AND id = COALESCE(${requestedGroup}, k.profile_group_id, id) AND id = COALESCE(k.profile_group_id, id)
        ORDER BY created_at, id LIMIT 1
      ) g ON true
      WHERE k.prefix = ${prefix}`;
    return row ?? null;
  }

  /** Never backwards: two processes may write out of order. */
  async saveUses(uses: readonly KeyUse[]): Promise<void> {
    await this.database.$executeRaw`
      UPDATE api_key k SET last_used_at = u.at
      FROM unnest(${uses.map((use) => use.workspaceId)}::text[], ${uses.map((use) => use.id)}::text[], ${uses.map((use) => use.at)}::timestamptz[]) AS u(workspace_id, id, at)
      WHERE k.workspace_id = u.workspace_id AND k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`;
  }
}
