import { Injectable } from '@nestjs/common';
import { after, Clock, days } from '#kernel/clock';
import type { CallerIdentity } from '#features/accounts/index';
import { PostQueueService } from './post-queue.service.js';
import { freeSlots } from './queue-arrangement.rules.js';
import type { SlotOutlook } from './queue-outlook.record.js';
import { QueueOutlookRepository } from './queue-outlook.repository.js';
import { nextSlots } from './queue-slots.rules.js';

/** What a queue has before it. */
@Injectable()
export class QueueOutlookService {
  constructor(
    private readonly queues: PostQueueService,
    private readonly posts: QueueOutlookRepository,
    private readonly clock: Clock,
  ) {}

  /** Null: paused, or without slots. @throws AppError not_found */
  async nextSlot(caller: CallerIdentity, id: string): Promise<Date | null> {
    const now = this.clock.now();
    const queue = await this.queues.get(caller, id);
    if (!queue.enabled) return null;
    return freeSlots(queue, await this.posts.seated(caller.workspaceId, id, now), now).next().value?.at ?? null;
  }

  /** Slots ahead with the post that sits in each. @throws AppError not_found */
  async preview(caller: CallerIdentity, id: string, dayCount: number): Promise<SlotOutlook[]> {
    const now = this.clock.now();
    const queue = await this.queues.get(caller, id);
    const until = after(now, days(dayCount));
    const ahead = (await this.posts.seated(caller.workspaceId, id, now)).filter(({ slotAt }) => slotAt <= until);
    const bySlot = new Map(ahead.map((post) => [post.slotAt.getTime(), post]));
    const slots = [...nextSlots(queue.timeslots, queue.timezone, now, until)];
    const known = new Set(slots.map(({ at }) => at.getTime()));
    const left = ahead.filter(({ slotAt }) => !known.has(slotAt.getTime())).map((post) => ({ at: post.slotAt, timeslotId: null, post }));
    return [...slots.map(({ at, timeslotId }) => ({ at, timeslotId, post: bySlot.get(at.getTime()) ?? null })), ...left].sort((a, b) => a.at.getTime() - b.at.getTime());
  }
}
