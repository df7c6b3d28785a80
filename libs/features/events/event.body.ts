/** An event as it is stored. */
export interface EventRow {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string | null;
  readonly type: string;
  readonly data: unknown;
  readonly createdAt: Date;
  readonly seq: bigint | number | null;
}

/** An event in words, the same bytes each time: what is signed and sent, and what the feed shows. */
export function eventBody({ workspaceId, id, profileGroupId, type, data, createdAt, seq }: EventRow): string {
  return JSON.stringify({
    id, object: 'event', type, created_at: createdAt.toISOString(), seq: seq === null ? null : Number(seq), workspace_id: workspaceId, profile_group_id: profileGroupId, data,
  });
}
