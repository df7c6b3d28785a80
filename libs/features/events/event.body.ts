export interface EventRow {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string | null;
  readonly type: string;
  readonly data: unknown;
  readonly createdAt: Date;
  readonly seq: bigint | number | null;
}

/** An event in words: the same bytes at every attempt, replay and reading. */
export function eventBody(row: EventRow): string {
  return JSON.stringify({
    id: row.id, object: 'event', type: row.type, created_at: row.createdAt.toISOString(), seq: row.seq === null ? null : Number(row.seq), workspace_id: row.workspaceId, profile_group_id: row.profileGroupId, data: row.data,
  });
}
