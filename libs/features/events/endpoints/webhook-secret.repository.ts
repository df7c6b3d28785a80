import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { secretContext, webhookSecret } from '#infra/crypto/encrypted-columns';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { Database } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { SecretRecord } from './webhook.record.js';

/** A secret as it is stored. */
export interface SealedSecret extends SecretRecord {
  readonly workspaceId: string;
  /** Empty: it was given up. */
  readonly secret: string;
}

@Injectable()
export class WebhookSecretRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: TokenCipher,
  ) {}

  /** Those that sign now, the newest first; the present one has no end. */
  list(workspaceId: string, endpointId: string, now: Date, tx: Transaction = this.database): Promise<SealedSecret[]> {
    return tx.webhookSecret.findMany({ where: { workspaceId, endpointId, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] }, orderBy: { id: 'desc' } });
  }

  async add(workspaceId: string, endpointId: string, secret: string, now: Date, tx: Transaction): Promise<void> {
    const id = newId('webhookSecret');
    const sealed = this.cipher.encrypt(secret, secretContext(webhookSecret, workspaceId, id));
    await tx.webhookSecret.create({ data: { workspaceId, id, endpointId, secret: sealed, createdAt: now } });
  }

  /** The present one ends at a moment. */
  async expire(workspaceId: string, endpointId: string, at: Date, tx: Transaction): Promise<void> {
    await tx.webhookSecret.updateMany({ where: { workspaceId, endpointId, expiresAt: null }, data: { expiresAt: at } });
  }

  async forget(workspaceId: string, endpointId: string, ids: readonly string[], tx: Transaction): Promise<void> {
    if (ids.length > 0) await tx.webhookSecret.deleteMany({ where: { workspaceId, endpointId, id: { in: [...ids] } } });
  }
}
