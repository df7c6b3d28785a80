import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import { throwVanished } from '#infra/database/vanished-reference';
import type { ParsedApiKey } from './api-key.js';
import type { Permission } from './permission.js';

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
  readonly permissions: readonly string[];
  /** The key that a rotation put in its place. */
  readonly replacedById: string | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly profileGroupId: string | null;
  readonly permissions: readonly Permission[];
  readonly expiresAt: Date | null;
  readonly key: ParsedApiKey;
  readonly now: Date;
}

export interface KeyUse {
  readonly workspaceId: string;
  readonly id: string;
  readonly at: Date;
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
             k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt", k.permissions,
             k.replaced_by_id AS "replacedById", g.id AS "groupId"
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

  /** @throws VanishedReferenceError when its group was deleted meanwhile */
  async create(workspaceId: string, input: NewApiKey): Promise<StoredApiKey> {
    const { key, now, permissions, ...facts } = input;
    return this.database.apiKey.create({
      data: { workspaceId, id: newId('apiKey'), ...facts, permissions: [...permissions], prefix: key.prefix, secretHash: new Uint8Array(key.secretHash), createdAt: now },
    }).catch(throwVanished);
  }

  find(workspaceId: string, id: string): Promise<StoredApiKey | null> {
    return this.database.apiKey.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
  }

  list(workspaceId: string): Promise<StoredApiKey[]> {
    return this.database.apiKey.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } });
  }

  /** A page of them, newest first; `cursor` is the last id of the page before. */
  listPage(workspaceId: string, page: { profileGroupId: string | null; cursor: string | null; limit: number }): Promise<StoredApiKey[]> {
    const { profileGroupId, cursor, limit } = page;
    return this.database.apiKey.findMany({
      where: { workspaceId, ...(profileGroupId ? { profileGroupId } : {}), ...(cursor ? { id: { lt: cursor } } : {}) },
      orderBy: { id: 'desc' },
      take: limit,
    });
  }

  /**
   * A new key in the place of an old one, which goes on until `oldEndsAt` or its own earlier end. One statement: of two that
   * rotate at once, one does. Null when the key is gone, revoked, expired or replaced already.
   */
  async rotate(workspaceId: string, id: string, successor: { key: ParsedApiKey; oldEndsAt: Date; now: Date }): Promise<StoredApiKey | null> {
    const { key, oldEndsAt, now } = successor;
    const newKey = newId('apiKey');
    const changed = await this.database.$executeRaw`
      WITH old AS (
        UPDATE api_key SET replaced_by_id = ${newKey}, expires_at = LEAST(expires_at, ${oldEndsAt}::timestamptz)
        WHERE workspace_id = ${workspaceId} AND id = ${id} AND replaced_by_id IS NULL AND revoked_at IS NULL AND COALESCE(expires_at > ${now}::timestamptz, true)
        RETURNING workspace_id, id
      )
      INSERT INTO api_key (workspace_id, id, profile_group_id, name, prefix, secret_hash, created_at, expires_at, permissions)
      SELECT k.workspace_id, ${newKey}, k.profile_group_id, k.name, ${key.prefix}, ${new Uint8Array(key.secretHash)}::bytea, ${now}::timestamptz, k.expires_at, k.permissions
      FROM old JOIN api_key k USING (workspace_id, id)`.catch(throwVanished);
    return changed === 1 ? this.find(workspaceId, newKey) : null;
  }

  /** False when there is no such key. Revoking twice keeps the first time. */
  async revoke(workspaceId: string, id: string, now: Date): Promise<boolean> {
    const key = await this.database.apiKey.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
    if (!key) return false;
    await this.database.apiKey.updateMany({ where: { workspaceId, id, revokedAt: null }, data: { revokedAt: now } });
    return true;
  }

  /** Never backwards: two processes may write out of order. */
  async saveUses(uses: readonly KeyUse[]): Promise<void> {
    await this.database.$executeRaw`
      UPDATE api_key k SET last_used_at = u.at
      FROM unnest(${uses.map((use) => use.workspaceId)}::text[], ${uses.map((use) => use.id)}::text[], ${uses.map((use) => use.at)}::timestamptz[]) AS u(workspace_id, id, at)
      WHERE k.workspace_id = u.workspace_id AND k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`;
  }
}
