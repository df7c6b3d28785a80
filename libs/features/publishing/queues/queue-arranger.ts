import { Injectable } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import type { Transaction } from '#infra/writes/unit-of-work';
import { PostClock } from '../post-clock.js';
import { timePost } from '../post.drafting.js';
import { PostQueueRepository } from './post-queue.repository.js';
import { arrange } from './queue-arrangement.rules.js';
import { QueueArrangementRepository, type QueueHold } from './queue-arrangement.repository.js';

/** The model's sentence, word for word (api-surface §3). */
const noSlots = 'No available slots found. Add timeslots to your queue.';

/** Keeps the posts of queues in their order, in the transaction of the change that moves them. */
@Injectable()
export class QueueArranger {
  constructor(
    private readonly queues: PostQueueRepository,
    private readonly order: QueueArrangementRepository,
    private readonly clock: PostClock,
  ) {}

  /** Takes queues before anything else is locked. @throws AppError validation_failed for one that is not of the group */
  async hold(workspaceId: string, hold: QueueHold, tx: Transaction): Promise<void> {
    const held = await this.order.hold(workspaceId, hold, tx);
    const missing = hold.queueIds.find((id) => !held.includes(id));
    if (missing !== undefined) throw unknownQueue(missing);
  }

  /** Gives the posts of a queue that is held their slots anew. @throws AppError validation_failed when there is none for the post that joins */
  async rearrange(workspaceId: string, queueId: string, tx: Transaction, joiner: string | null = null): Promise<void> {
    const now = this.clock.now();
    const queue = await this.queues.find(workspaceId, null, queueId, tx);
    if (!queue) throw new AppError('not_found');
    const placements = arrange(queue, await this.order.list(workspaceId, queueId, now, tx), now);
    if (queue.enabled && joiner !== null && !placements.some(({ id, slotAt }) => id === joiner && slotAt !== null)) throw noSlotsLeft();
    const timed = placements.map((place) => ({ ...place, ...timePost({ scheduledAt: place.scheduledAt, isDraft: false, isQueued: true }, now, this.clock.lead) }));
    await this.order.place(workspaceId, timed, now, tx);
  }
}

export function unknownQueue(id: string): AppError {
  return validationFailed([{ rule: 'post.queue_exists', path: 'queue_id', message: `Queue not found for ${id}`, actual: id }]);
}

function noSlotsLeft(): AppError {
  return validationFailed([{ rule: 'post.queue_slots', path: 'queue_id', message: noSlots, fix: 'Add timeslots with PATCH /api/post_queues/:id' }]);
}
