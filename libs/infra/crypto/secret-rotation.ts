import { encryptedColumns, secretContext, type EncryptedColumn } from './encrypted-columns.js';
import type { Position, StoredSecret, StoredSecretsRepository } from './stored-secrets.repository.js';
import { DecryptionError, type TokenCipher } from './token-cipher.js';

export interface UnreadableSecret {
  readonly column: EncryptedColumn;
  readonly workspaceId: string;
  readonly id: string;
  /** Why, in a sentence that names the key. */
  readonly reason: string;
}

export interface RotationReport {
  readonly rewritten: number;
  /** Emptied, because no key opens them. */
  readonly dropped: number;
  /** Changed by somebody else between reading and writing in every round; still sealed with an old key. */
  readonly contested: number;
  readonly unreadable: readonly UnreadableSecret[];
  /** Old keys that no row needs any more. */
  readonly unusedKeyIds: readonly string[];
  /** Old keys that some row still needs. */
  readonly neededKeyIds: readonly string[];
}

export interface RotationOptions {
  readonly batchSize?: number;
  /** Empty what cannot be read, instead of reporting it. */
  readonly dropUnreadable?: boolean;
  readonly onProgress?: (rewritten: number) => void;
}

/** Running processes may seal some more with the old key while we work: so many looks, then what is left is told. */
const mostRounds = 3;

/**
 * Seals every stored secret anew with the active key, row by row where it still holds what was read. It keeps no state of its own: killed
 * anywhere and begun again, it goes on with what another key still seals. It opens all of them, so it finds every one that is damaged.
 */
export class SecretRotation {
  constructor(
    private readonly secrets: StoredSecretsRepository,
    private readonly cipher: TokenCipher,
    private readonly keyIds: readonly string[],
  ) {}

  async run(options: RotationOptions = {}): Promise<RotationReport> {
    let rewritten = 0;
    let dropped = 0;
    let last: Pick<Round, 'contested' | 'unreadable'> = { contested: 0, unreadable: [] };
    for (let round = 0; round < mostRounds; round += 1) {
      const result = await this.round(options, (count) => options.onProgress?.(rewritten + count));
      rewritten += result.rewritten;
      dropped += result.dropped;
      last = result;
      if (result.rewritten + result.contested === 0) break;
    }
    const used = new Set((await this.secrets.keyUses()).map(({ keyId }) => keyId));
    const old = this.keyIds.filter((id) => id !== this.cipher.activeKeyId);
    return { rewritten, dropped, contested: last.contested, unreadable: last.unreadable, unusedKeyIds: old.filter((id) => !used.has(id)), neededKeyIds: old.filter((id) => used.has(id)) };
  }

  private async round(options: RotationOptions, onProgress: (count: number) => void): Promise<Round> {
    const total = { rewritten: 0, dropped: 0, contested: 0, unreadable: new Array<UnreadableSecret>() };
    for (const column of encryptedColumns) {
      // Each batch begins after the last row of the one before, so this ends with the table.
      for (let from: Position | null = { workspaceId: '', id: '' }; from; ) {
        const batch: StoredSecret[] = await this.secrets.batch(column, from, options.batchSize ?? 200);
        const { changes, unreadable } = this.reseal(column, batch);
        const written = await this.write(column, changes);
        total.rewritten += written;
        total.contested += changes.length - written;
        if (options.dropUnreadable) total.dropped += await this.write(column, unreadable.map(({ before }) => ({ before, ciphertext: '' })));
        else total.unreadable.push(...unreadable.map(({ before: { workspaceId, id }, reason }) => ({ column, workspaceId, id, reason })));
        if (written > 0) onProgress(total.rewritten);
        from = batch.at(-1) ?? null;
      }
    }
    return total;
  }

  private write(column: EncryptedColumn, changes: readonly Change[]): Promise<number> {
    return changes.length > 0 ? this.secrets.replace(column, changes) : Promise.resolve(0);
  }

  private reseal(column: EncryptedColumn, batch: readonly StoredSecret[]): { changes: Change[]; unreadable: { before: StoredSecret; reason: string }[] } {
    const changes: Change[] = [];
    const unreadable: { before: StoredSecret; reason: string }[] = [];
    for (const before of batch) {
      const context = secretContext(column, before.workspaceId, before.id);
      try {
        const plaintext = this.cipher.decrypt(before.ciphertext, context);
        if (this.cipher.isOutdated(before.ciphertext)) changes.push({ before, ciphertext: this.cipher.encrypt(plaintext, context) });
      } catch (error) {
        if (!(error instanceof DecryptionError)) throw error;
        unreadable.push({ before, reason: error.message });
      }
    }
    return { changes, unreadable };
  }
}

interface Round {
  readonly rewritten: number;
  readonly dropped: number;
  readonly contested: number;
  readonly unreadable: readonly UnreadableSecret[];
}

interface Change {
  readonly before: StoredSecret;
  readonly ciphertext: string;
}
