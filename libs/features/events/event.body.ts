/** An event as its row says it. */
export interface EventRow {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string | null;
  readonly type: string;
  readonly data: unknown;
  readonly createdAt: Date;
  /** null: no relay has numbered it yet. */
  readonly seq: bigint | number | null;
}

/** What everybody is told of an event, in the order in which it is written. */
function eventFacts({ workspaceId, id, profileGroupId, type, data, createdAt, seq }: EventRow) {
  return { id, object: 'event', type, created_at: createdAt.toISOString(), seq: seq === null ? null : Number(seq), workspace_id: workspaceId, profile_group_id: profileGroupId, data };
}

/** The body of its deliveries. A row never changes once it has its number, and nothing else goes in: each attempt and replay sends the same bytes. */
export function eventBody(row: EventRow): string {
  return JSON.stringify(eventFacts(row));
}
