import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
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

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  findByPrefix(prefix: string): Promise<StoredApiKey | null> {
    return this.database.apiKey.findFirst({ where: { prefix } });
  }

  /** @throws VanishedReferenceError when its group was deleted meanwhile */
  async create(workspaceId: string, input: NewApiKey, tx: Transaction = this.database): Promise<StoredApiKey> {
    const { key, now, permissions, ...facts } = input;
    return tx.apiKey.create({
      data: { workspaceId, id: newId('apiKey'), ...facts, permissions: [...permissions], prefix: key.prefix, secretHash: new Uint8Array(key.secretHash), createdAt: now },
    }).catch(throwVanished);
  }

  find(workspaceId: string, id: string, tx: Transaction = this.database): Promise<StoredApiKey | null> {
    return tx.apiKey.findFirst({ where: { workspaceId, id } });
  }

  list(workspaceId: string): Promise<StoredApiKey[]> {
    return this.database.apiKey.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } });
  }

  /** A page of them, newest first; `cursor` is the last id of the page before. */
  listPage(workspaceId: string, page: { profileGroupId: string | null; cursor: string | null; skip: number; limit: number }): Promise<StoredApiKey[]> {
    const { profileGroupId, cursor, skip, limit } = page;
    return this.database.apiKey.findMany({
      where: { workspaceId, ...(profileGroupId ? { profileGroupId } : {}), ...(cursor ? { id: { lt: cursor } } : {}) },
      orderBy: { id: 'desc' },
      skip,
      take: limit,
    });
  }

  count(workspaceId: string, profileGroupId: string | null): Promise<number> {
    return this.database.apiKey.count({ where: { workspaceId, ...(profileGroupId ? { profileGroupId } : {}) } });
  }

  /**
   * A new key in the place of an old one, which goes on until `oldEndsAt` or its own earlier end. One statement: of two that
   * rotate at once, one does. Null when the key is gone, revoked, expired or replaced already.
   */
  async rotate(workspaceId: string, id: string, successor: { key: ParsedApiKey; oldEndsAt: Date; now: Date }, tx: Transaction = this.database): Promise<StoredApiKey | null> {
    const { key, oldEndsAt, now } = successor;
    const newKey = newId('apiKey');
    const changed = await tx.$executeRaw`
      WITH old AS (
        UPDATE api_key SET replaced_by_id = ${newKey}, expires_at = LEAST(expires_at, ${oldEndsAt}::timestamptz)
        WHERE workspace_id = ${workspaceId} AND id = ${id} AND replaced_by_id IS NULL AND revoked_at IS NULL AND COALESCE(expires_at > ${now}::timestamptz, true)
        RETURNING workspace_id, id
      )
      INSERT INTO api_key (workspace_id, id, profile_group_id, name, prefix, secret_hash, created_at, expires_at, permissions)
      SELECT k.workspace_id, ${newKey}, k.profile_group_id, k.name, ${key.prefix}, ${new Uint8Array(key.secretHash)}::bytea, ${now}::timestamptz, k.expires_at, k.permissions
      FROM old JOIN api_key k USING (workspace_id, id)`.catch(throwVanished);
    return changed === 1 ? this.find(workspaceId, newKey, tx) : null;
  }

  /** The key as it is now; null when there is no such key. Revoking twice keeps the first time. */
  async revoke(workspaceId: string, id: string, now: Date, tx: Transaction = this.database): Promise<StoredApiKey | null> {
    await tx.apiKey.updateMany({ where: { workspaceId, id, revokedAt: null }, data: { revokedAt: now } });
    return this.find(workspaceId, id, tx);
  }
}
