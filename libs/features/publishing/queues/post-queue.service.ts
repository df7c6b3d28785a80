import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import type { Keyset } from '#infra/http/list-query';
import { UnitOfWork, type Transaction } from '#infra/writes/unit-of-work';
import { ProfileService, type CallerIdentity } from '#features/accounts/index';
import type { CreatePostQueueDto, QueueFieldsDto, UpdatePostQueueDto } from './post-queue.dto.js';
import type { PostQueueRecord } from './post-queue.record.js';
import { PostQueueRepository, type QueueFields } from './post-queue.repository.js';
import { QueueArrangementRepository } from './queue-arrangement.repository.js';
import { readTimeslotChange, requireTimeslots } from './timeslot-change.rules.js';
import { QueueArranger } from './queue-arranger.js';

@Injectable()
export class PostQueueService {
  constructor(
    private readonly queues: PostQueueRepository,
    private readonly order: QueueArrangementRepository,
    private readonly arranger: QueueArranger,
    private readonly profiles: ProfileService,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** With a keyset one more than its limit. */
  list(caller: CallerIdentity, keyset: Keyset | null): Promise<PostQueueRecord[]> {
    return this.queues.list(caller.workspaceId, caller.profileGroupId, keyset);
  }

  /** @throws AppError not_found, also for another group's queue where the key is limited to one */
  async get(caller: CallerIdentity, id: string): Promise<PostQueueRecord> {
    const queue = await this.queues.find(caller.workspaceId, caller.keyGroupId, id);
    if (!queue) throw new AppError('not_found');
    return queue;
  }

  /** @throws AppError not_found for a group that is gone; validation_failed */
  async create<A>(keyHolder: CallerIdentity, { post_queue: given }: CreatePostQueueDto, groupId: string | undefined, show: (queue: PostQueueRecord) => A): Promise<A> {
    const { workspaceId, profileGroupId } = !groupId ? keyHolder : await this.profiles.inGroup(keyHolder, groupId);
    const change = readTimeslotChange([], given.queue_timeslots_attributes ?? []);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      await this.order.hold(workspaceId, { profileGroupId, queueIds: [] }, tx);
      const fields = {
        name: given.name, description: given.description ?? null, timezone: given.timezone ?? 'UTC', enabled: given.enabled ?? true, jitter: given.jitter ?? 0,
        overduePolicy: given.overdue_policy ?? null, overdueMinutes: given.overdue_minutes ?? null,
      };
      const id = await this.queues.create(workspaceId, profileGroupId, fields, this.clock.now(), tx);
      requireTimeslots(await this.queues.changeTimeslots(workspaceId, id, change, tx));
      const queue = await this.reread(workspaceId, id, tx);
      record({ action: 'post_queue.created', targetId: id, profileGroupId, after: queue });
      return queue;
    }, show);
  }

  /** Its posts get their slots anew, in the same transaction. @throws AppError not_found; validation_failed */
  async update<A>(caller: CallerIdentity, id: string, { post_queue: given }: UpdatePostQueueDto, show: (queue: PostQueueRecord) => A): Promise<A> {
    const { workspaceId, profileGroupId } = await this.get(caller, id);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const before = await this.hold({ workspaceId, profileGroupId }, id, tx);
      const change = readTimeslotChange(before.timeslots, given.queue_timeslots_attributes ?? []);
      await this.queues.update(workspaceId, id, fieldsOf(given), this.clock.now(), tx);
      requireTimeslots(await this.queues.changeTimeslots(workspaceId, id, change, tx));
      await this.arranger.rearrange(workspaceId, id, tx);
      const queue = await this.reread(workspaceId, id, tx);
      record({ action: 'post_queue.updated', targetId: id, profileGroupId, before, after: queue });
      return queue;
    }, show);
  }

  /** Its posts stay, each with the time it has; one that waits without a time becomes a draft. @throws AppError not_found */
  async remove<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    const { workspaceId, profileGroupId } = await this.get(caller, id);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const before = await this.hold({ workspaceId, profileGroupId }, id, tx);
      await this.order.release(workspaceId, id, this.clock.now(), tx);
      await this.queues.delete(workspaceId, id, tx);
      record({ action: 'post_queue.deleted', targetId: id, profileGroupId, before });
    }, show);
  }

  private async hold(owner: { readonly workspaceId: string; readonly profileGroupId: string }, id: string, tx: Transaction): Promise<PostQueueRecord> {
    await this.order.hold(owner.workspaceId, { profileGroupId: owner.profileGroupId, queueIds: [id] }, tx);
    return this.reread(owner.workspaceId, id, tx);
  }

  private async reread(workspaceId: string, id: string, tx: Transaction): Promise<PostQueueRecord> {
    const queue = await this.queues.find(workspaceId, null, id, tx);
    if (!queue) throw new AppError('not_found');
    return queue;
  }
}

/** What was sent; a description and what becomes of late posts may be taken away. */
function fieldsOf({ name, description, timezone, enabled, jitter, overdue_policy: overduePolicy, overdue_minutes: overdueMinutes }: Partial<QueueFieldsDto>): Partial<QueueFields> {
  return {
    ...(description !== undefined && { description }),
    ...(overduePolicy !== undefined && { overduePolicy }),
    ...(overdueMinutes !== undefined && { overdueMinutes }),
    ...Object.fromEntries(Object.entries({ name, timezone, enabled, jitter }).filter(([, value]) => value !== undefined && value !== null)),
  };
}
