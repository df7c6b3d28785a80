import { Injectable } from '@nestjs/common';
import { after, hours, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { secretContext, storedAnswer } from '#infra/crypto/encrypted-columns';
import { DecryptionError, TokenCipher } from '#infra/crypto/token-cipher';
import { Database, type Prisma } from '#infra/database/database';
import type { IdempotencyClaim } from './idempotency-claim.js';

/** How long a request is trusted without a sign of life; it renews its hold at a third of it. */
export const claimLength = seconds(60);
/** How long an answer is repeated. */
const remembered = hours(24);

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly token: string }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'other_request' }
  /** It was answered; but the key of the encryption is gone. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'answered'; readonly status: number; readonly answer: unknown };

interface KeyRow {
  readonly fingerprint: string;
  readonly token: string;
  readonly status: number | null;
  readonly answer: string | null;
}

/** Idempotency keys: who holds one, and what was answered. */
@Injectable()
export class IdempotencyRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: TokenCipher,
  ) {}

  /** Takes the key when nobody has it, when its holder has died or its answer is a day old; else tells how it stands. One statement decides. */
  async claim(workspaceId: string, key: string, fingerprint: string, now: Date): Promise<ClaimOutcome> {
    const token = newId('lease');
    const [row] = await this.database.$queryRaw<KeyRow[]>`
      WITH claimed AS (
        INSERT INTO idempotency_key AS k (workspace_id, id, fingerprint, token, locked_until, created_at, expires_at)
        VALUES (${workspaceId}, ${key}, ${fingerprint}, ${token}, ${after(now, claimLength)}, ${now}, ${after(now, remembered)})
        ON CONFLICT (workspace_id, id) DO UPDATE
          SET fingerprint = EXCLUDED.fingerprint, token = EXCLUDED.token, locked_until = EXCLUDED.locked_until, status = NULL, answer = NULL,
              created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
          WHERE k.expires_at <= ${now} OR (k.status IS NULL AND k.locked_until <= ${now} AND k.fingerprint = EXCLUDED.fingerprint)
        RETURNING fingerprint, token, status, answer
      )
      SELECT fingerprint, token, status, answer FROM claimed
      UNION ALL
      SELECT fingerprint, token, status, answer FROM idempotency_key WHERE workspace_id = ${workspaceId} AND id = ${key} AND NOT EXISTS (SELECT FROM claimed)`;
    // Seen by the insert and not by the question beside it: its holder has come between the two.
    if (!row) return { kind: 'in_flight' };
    if (row.token === token) return { kind: 'claimed', token };
    if (row.fingerprint !== fingerprint) return { kind: 'other_request' };
    if (row.status === null || row.answer === null) return { kind: 'in_flight' };
    return this.open(workspaceId, key, row.status, row.answer);
  }

  /** False: the key is lost to another request. In a transaction, nobody else can take it until that ends. */
  async renew({ workspaceId, key, token }: IdempotencyClaim, now: Date, tx: Prisma.TransactionClient = this.database): Promise<boolean> {
    const { count } = await tx.idempotencyKey.updateMany({ where: { workspaceId, id: key, token, status: null }, data: { lockedUntil: after(now, claimLength) } });
    return count === 1;
  }

  /** Keeps the answer. False: the key is lost to another request. */
  async complete({ workspaceId, key, token, status }: IdempotencyClaim, answer: unknown, tx: Prisma.TransactionClient = this.database): Promise<boolean> {
    const sealed = this.cipher.encrypt(JSON.stringify(answer ?? null), secretContext(storedAnswer, workspaceId, key));
    const { count } = await tx.idempotencyKey.updateMany({ where: { workspaceId, id: key, token, status: null }, data: { status, answer: sealed, lockedUntil: null } });
    return count === 1;
  }

  /** After a failure the same key may try again. */
  async release({ workspaceId, key, token }: IdempotencyClaim): Promise<void> {
    await this.database.idempotencyKey.deleteMany({ where: { workspaceId, id: key, token, status: null } });
  }

  private open(workspaceId: string, key: string, status: number, sealed: string): ClaimOutcome {
    try {
      return { kind: 'answered', status, answer: JSON.parse(this.cipher.decrypt(sealed, secretContext(storedAnswer, workspaceId, key))) as unknown };
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      return { kind: 'unreadable' };
    }
  }
}
