/** A column that holds ciphertexts of `TokenCipher`, in a table with `workspace_id` and `id`. Empty text: there is no secret. */
export interface EncryptedColumn {
  readonly table: string;
  readonly column: string;
}

export const profileAccessToken: EncryptedColumn = { table: 'profile', column: 'access_token' };

/** Of a call that may be repeated; it may show a secret that is shown once. */
export const storedAnswer: EncryptedColumn = { table: 'idempotency_key', column: 'answer' };

export const webhookSecret: EncryptedColumn = { table: 'webhook_secret', column: 'secret' };

/** Every one there is: rotation and the check at start go through this list. A test compares it with the schema. */
export const encryptedColumns: readonly EncryptedColumn[] = [profileAccessToken, storedAnswer, webhookSecret];

/** What a ciphertext is bound to: copied to another table, column, row or workspace, it does not open. */
export function secretContext({ table, column }: EncryptedColumn, workspaceId: string, id: string): string {
  return `${table}|${column}|${id}|${workspaceId}`;
}
