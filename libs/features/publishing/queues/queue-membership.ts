import { Injectable } from '@nestjs/common';
import type { CallerIdentity } from '#features/accounts/index';
import { PostQueueRepository } from './post-queue.repository.js';
import { unknownQueue } from './queue-arranger.js';
import type { QueueWish } from './queue-wish.rules.js';

/** Whether a post may go into a queue, asked before its media are fetched. */
@Injectable()
export class QueueMembership {
  constructor(private readonly queues: PostQueueRepository) {}

  /** @throws AppError validation_failed for a queue that is not of the caller's group */
  async requireFor(caller: CallerIdentity, wish: QueueWish | null): Promise<void> {
    if (wish && !(await this.queues.find(caller.workspaceId, caller.profileGroupId, wish.id))) throw unknownQueue(wish.id);
  }
}
