import { Injectable } from '@nestjs/common';
import { SystemDatabase, Prisma } from '#infra/database/database';
import { encryptedColumns, type EncryptedColumn } from './encrypted-columns.js';

export interface StoredSecret {
  readonly workspaceId: string;
  readonly id: string;
  readonly ciphertext: string;
}

export interface KeyUse {
  /** null: what is stored is no ciphertext. */
  readonly keyId: string | null;
  readonly rows: number;
  /** Some of the newest. */
  readonly samples: readonly (StoredSecret & { readonly column: EncryptedColumn })[];
}

/** Where a batch begins: after this row, in the order of workspace and id. */
export type Position = Pick<StoredSecret, 'workspaceId' | 'id'>;

const samplesPerKey = 5;

/** The encrypted columns of all tables, over all workspaces: keys belong to the installation. */
@Injectable()
export class StoredSecretsRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** Which keys the stored secrets need. */
  async keyUses(): Promise<KeyUse[]> {
    const found = await Promise.all(encryptedColumns.map((column) => this.keyUsesOf(column)));
    const uses = new Map<string | null, KeyUse>();
    for (const use of found.flat()) {
      const known = uses.get(use.keyId);
      uses.set(use.keyId, known ? { ...use, rows: known.rows + use.rows, samples: [...known.samples, ...use.samples] } : use);
    }
    return [...uses.values()];
  }

  /** The next secrets of a column, in the order of workspace and id. */
  async batch(column: EncryptedColumn, from: Position, limit: number): Promise<StoredSecret[]> {
    const { table, value } = names(column);
    return this.database.$queryRaw<StoredSecret[]>`
      SELECT workspace_id AS "workspaceId", id, ${value} AS ciphertext FROM ${table}
      WHERE (workspace_id, id) > (${from.workspaceId}, ${from.id}) AND ${value} <> ''
      ORDER BY workspace_id, id LIMIT ${limit}`;
  }

  /** Only where the row still holds what was read: a token may be renewed at this moment. @returns how many were written */
  async replace(column: EncryptedColumn, changes: readonly { readonly before: StoredSecret; readonly ciphertext: string }[]): Promise<number> {
    const { table, value } = names(column);
    return this.database.$executeRaw`
      UPDATE ${table} t SET ${value} = c.after
      FROM unnest(${changes.map(({ before }) => before.workspaceId)}::text[], ${changes.map(({ before }) => before.id)}::text[],
                  ${changes.map(({ before }) => before.ciphertext)}::text[], ${changes.map(({ ciphertext }) => ciphertext)}::text[]) AS c(workspace_id, id, before, after)
      WHERE t.workspace_id = c.workspace_id AND t.id = c.id AND t.${value} = c.before`;
  }

  private async keyUsesOf(column: EncryptedColumn): Promise<KeyUse[]> {
    const { table, value } = names(column);
    const rows = await this.database.$queryRaw<(StoredSecret & { keyId: string | null; rows: bigint })[]>`
      SELECT * FROM (
        SELECT workspace_id AS "workspaceId", id, ${value} AS ciphertext, key_id AS "keyId",
               count(*) OVER (PARTITION BY key_id) AS rows, row_number() OVER (PARTITION BY key_id ORDER BY id DESC) AS position
        FROM (SELECT workspace_id, id, ${value}, substring(${value} FROM '^v1[.]([A-Za-z0-9_-]+)[.]') AS key_id FROM ${table} WHERE ${value} <> '') AS sealed
      ) AS counted WHERE position <= ${samplesPerKey}`;
    const keyIds = [...new Set(rows.map(({ keyId }) => keyId))];
    return keyIds.map((keyId) => {
      const ofKey = rows.filter((row) => row.keyId === keyId);
      return { keyId, rows: Number(ofKey[0]?.rows ?? 0), samples: ofKey.map(({ workspaceId, id, ciphertext }) => ({ workspaceId, id, ciphertext, column })) };
    });
  }
}

/** For programs without Nest. */
export function openStoredSecrets(databaseUrl: string): { secrets: StoredSecretsRepository; close: () => Promise<void> } {
  const database = new SystemDatabase({ url: databaseUrl, poolSize: 2 });
  return { secrets: new StoredSecretsRepository(database), close: () => database.$disconnect() };
}

/** Names of our own list, never of a request. */
function names({ table, column }: EncryptedColumn): { table: Prisma.Sql; value: Prisma.Sql } {
  return { table: Prisma.raw(`"${table}"`), value: Prisma.raw(`"${column}"`) };
}
