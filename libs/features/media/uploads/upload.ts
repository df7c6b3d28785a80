/** An upload as its row has it. */
export interface Upload {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string;
  readonly filename: string | null;
  readonly contentType: string | null;
  /** null: nobody has said yet. */
  readonly sizeBytes: number | null;
  readonly receivedBytes: number;
  /** null: not finished. */
  readonly objectKey: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** The largest medium that any network of ours takes. */
export const maxUploadBytes = 300 * 1024 * 1024;
