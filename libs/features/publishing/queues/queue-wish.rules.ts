import { validationFailed, type AppError } from '#kernel/app-error';
import { toMoment } from '#infra/http/list-query';
import type { PostRecord } from '../post.record.js';
import type { QueuePriority } from './queue-arrangement.rules.js';

export interface QueueWish {
  readonly id: string;
  readonly priority: QueuePriority;
}

interface Wish {
  readonly post?: { readonly scheduled_at?: string | null | undefined } | undefined;
  /** Null, and empty in forms: none. */
  readonly queue_id?: string | null | undefined;
  readonly queue_priority?: QueuePriority | null | undefined;
}

type Place = Pick<PostRecord, 'queueId' | 'queuePriority' | 'queueSlotAt' | 'scheduledAt'>;

/** The queue that a new post is to go into. @throws AppError validation_failed for a queue and a time, or a priority without a queue */
export function readQueueWish({ post, queue_id: id, queue_priority: priority }: Wish): QueueWish | null {
  if (id && post?.scheduled_at) throw queueAndTime();
  if (!id && priority) throw priorityAlone();
  return id ? { id, priority: priority ?? 'medium' } : null;
}

/**
 * Which queue a changed post is in. A time that is sent takes it out, also `null` for now; so does `queue_id: null`, and then it keeps the time it
 * has. Whatever comes into a queue, or back from being a draft, has no slot yet.
 *
 * @throws AppError validation_failed as `readQueueWish`, and for one that would be left with neither queue nor time
 */
export function editPlace(before: PostRecord, input: Wish, isDraft: boolean): Place {
  const moment = input.post?.scheduled_at;
  const keepsQueue = input.queue_id === undefined && moment === undefined;
  const wish = readQueueWish({ ...input, queue_id: keepsQueue ? before.queueId : input.queue_id, queue_priority: input.queue_priority ?? (keepsQueue ? before.queuePriority : null) });
  if (wish) {
    const isSeated = before.queueId === wish.id && before.status === 'scheduled' && !isDraft;
    return { queueId: wish.id, queuePriority: wish.priority, queueSlotAt: isSeated ? before.queueSlotAt : null, scheduledAt: isSeated ? before.scheduledAt : null };
  }
  if (before.queueId !== null && moment === undefined && before.scheduledAt === null && !isDraft) throw neitherQueueNorTime();
  const scheduledAt = moment === undefined ? before.scheduledAt : moment === null ? null : toMoment(moment);
  return { queueId: null, queuePriority: null, queueSlotAt: null, scheduledAt };
}

function queueAndTime(): AppError {
  return validationFailed([{ rule: 'post.queue_or_time', path: 'queue_id', message: 'A post has a queue_id or a scheduled_at, not both', fix: 'Leave one of them out' }]);
}

function priorityAlone(): AppError {
  return validationFailed([{ rule: 'post.queue_priority', path: 'queue_priority', message: 'queue_priority is of posts in a queue', fix: 'Send a queue_id too' }]);
}

function neitherQueueNorTime(): AppError {
  const message = 'The post has no time outside of its paused queue';
  return validationFailed([{ rule: 'post.queue_exit', path: 'queue_id', message, fix: 'Send a scheduled_at too; null is now' }]);
}
