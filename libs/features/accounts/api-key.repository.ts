import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import type { ParsedApiKey } from './api-key.js';

export interface StoredApiKey {
  readonly workspaceId: string;
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly profileGroupId: string | null;
  readonly secretHash: Uint8Array;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** A key and the group of the call it came with; null when the key may not see the group, or there is none. */
export type CallKey = StoredApiKey & { readonly groupId: string | null };

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Key and group of a call in one round trip, for every request needs both. The group is the one asked for, else the key's,
   * else the workspace's first. The one read without a workspace: it is what tells the workspace.
   */
  async findForCall(prefix: string, requestedGroup: string | null): Promise<CallKey | null> {
    const [row] = await this.database.$queryRaw<CallKey[]>`
      SELECT k.workspace_id AS "workspaceId", k.id, k.name, k.prefix, k.profile_group_id AS "profileGroupId", k.secret_hash AS "secretHash",
             k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt", g.id AS "groupId"
      FROM api_key k
      LEFT JOIN LATERAL (
        SELECT id FROM profile_group
        WHERE workspace_id = k.workspace_id AND id = COALESCE(${requestedGroup}, k.profile_group_id, id) AND id = COALESCE(k.profile_group_id, id)
        ORDER BY id LIMIT 1
      ) g ON true
      WHERE k.prefix = ${prefix}`;
    return row ?? null;
  }

  findByPrefix(prefix: string): Promise<StoredApiKey | null> {
    return this.database.apiKey.findUnique({ where: { prefix } });
  }

  async create(workspaceId: string, input: { name: string; profileGroupId: string | null; key: ParsedApiKey; now: Date }): Promise<string> {
    const id = newId('apiKey');
    await this.database.apiKey.create({
      data: {
        workspaceId,
        id,
        name: input.name,
        profileGroupId: input.profileGroupId,
        prefix: input.key.prefix,
        secretHash: new Uint8Array(input.key.secretHash),
        createdAt: input.now,
      },
    });
    return id;
  }

  list(workspaceId: string): Promise<StoredApiKey[]> {
    return this.database.apiKey.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } });
  }

  /** False when there is no such key. Revoking twice keeps the first time. */
  async revoke(workspaceId: string, id: string, now: Date): Promise<boolean> {
    const key = await this.database.apiKey.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
    if (!key) return false;
    await this.database.apiKey.updateMany({ where: { workspaceId, id, revokedAt: null }, data: { revokedAt: now } });
    return true;
  }

  /** At most once a minute and key, so that reading does not become writing. */
  async touch(workspaceId: string, id: string, now: Date): Promise<void> {
    const stale = new Date(now.getTime() - 60_000);
    await this.database.apiKey.updateMany({
      where: { workspaceId, id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: stale } }] },
      data: { lastUsedAt: now },
    });
  }
}
