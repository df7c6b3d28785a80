import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import type { PostRecord } from './post.record.js';

/** `edited`: its content or time; `released`: a draft that goes out now or at its time; `retried`: failed targets begin anew; `reconciled`: the network is asked again. */
export type PostChangeKind = 'edited' | 'released' | 'retried' | 'reconciled';

/** Its author changed a post. It tells how the post stands after that. */
export function postUpdatedEvent(post: PostRecord, change: PostChangeKind, now: Date): OutboxEvent {
  const { workspaceId, profileGroupId, id, body, status, scheduledAt, createdAt } = post;
  return newEvent({
    workspaceId,
    profileGroupId,
    type: 'post.updated',
    createdAt: now,
    postId: id,
    data: { id, body, status, scheduled_at: scheduledAt?.toISOString() ?? null, created_at: createdAt.toISOString(), change },
  });
}
