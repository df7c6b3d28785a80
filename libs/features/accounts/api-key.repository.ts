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

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /** The one read without a workspace: it is what tells the workspace. */
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
