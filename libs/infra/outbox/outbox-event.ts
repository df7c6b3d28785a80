import { newId } from '#kernel/ids';

/** A public event on its way out. It is written by the same statement as the change it tells of. */
export interface OutboxEvent {
  readonly id: string;
  readonly workspaceId: string;
  readonly profileGroupId: string | null;
  /** e.g. `platform_post.published`. */
  readonly type: string;
  /** JSON as subscribers will read it. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** The post it tells of, when it tells of one. */
  readonly postId?: string;
}

export function newEvent(event: Omit<OutboxEvent, 'id'>): OutboxEvent {
  return { id: newId('event'), ...event };
}

/** Events as a JSON parameter for SQL that ends in `eventsInsert`. */
export function toEventRows(events: readonly OutboxEvent[]): string {
  return JSON.stringify(events.map(toEventRow));
}

export function toEventRow(event: OutboxEvent): object {
  return {
    workspace_id: event.workspaceId,
    id: event.id,
    profile_group_id: event.profileGroupId,
    type: event.type,
    data: event.data,
    created_at: event.createdAt.toISOString(),
    post_id: event.postId,
  };
}
