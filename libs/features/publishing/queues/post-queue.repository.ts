import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database, type Prisma } from '#infra/database/database';
import type { Keyset } from '#infra/http/list-query';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { PostQueueRecord } from './post-queue.record.js';
import type { Timeslot } from './queue-slots.rules.js';

export interface QueueFields {
  readonly name: string;
  readonly description: string | null;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly jitter: number;
  /** Null: as the workspace says. */
  readonly overduePolicy: string | null;
  readonly overdueMinutes: number | null;
}

export type NewTimeslot = Omit<Timeslot, 'id'>;

const include = {
  timeslots: { select: { id: true, day: true, time: true }, orderBy: [{ day: 'asc' }, { time: 'asc' }] },
  _count: { select: { posts: { where: { status: 'scheduled' } } } },
} satisfies Prisma.PostQueueInclude;

type QueueRow = Prisma.PostQueueGetPayload<{ include: typeof include }>;

@Injectable()
export class PostQueueRepository {
  constructor(private readonly database: Database) {}

  /** Of a group, by id; with a keyset one more than its limit. */
  async list(workspaceId: string, profileGroupId: string, keyset: Keyset | null): Promise<PostQueueRecord[]> {
    const rows = await this.database.postQueue.findMany({
      where: { workspaceId, profileGroupId, ...(keyset?.cursor && { id: { gt: keyset.cursor } }) },
      orderBy: { id: 'asc' },
      ...(keyset && { take: keyset.limit + 1 }),
      include,
    });
    return rows.map(toRecord);
  }

  async find(workspaceId: string, keyGroupId: string | null, id: string, tx: Transaction = this.database): Promise<PostQueueRecord | null> {
    const row = await tx.postQueue.findFirst({ where: { workspaceId, id, ...(keyGroupId && { profileGroupId: keyGroupId }) }, include });
    return row && toRecord(row);
  }

  async create(workspaceId: string, profileGroupId: string, fields: QueueFields, now: Date, tx: Transaction): Promise<string> {
    const id = newId('postQueue', now.getTime());
    await tx.postQueue.create({ data: { workspaceId, id, profileGroupId, ...fields, createdAt: now, updatedAt: now } });
    return id;
  }

  async update(workspaceId: string, id: string, fields: Partial<QueueFields>, now: Date, tx: Transaction): Promise<void> {
    await tx.postQueue.updateMany({ where: { workspaceId, id }, data: { ...fields, updatedAt: now } });
  }

  /** Under the queue's lock. @returns a slot to be removed that is not the queue's; null: all is done */
  async changeTimeslots(workspaceId: string, id: string, change: { readonly removed: readonly number[]; readonly added: readonly NewTimeslot[] }, tx: Transaction): Promise<number | null> {
    for (const slotId of change.removed) {
      const { count } = await tx.queueTimeslot.deleteMany({ where: { workspaceId, queueId: id, id: slotId } });
      if (count === 0) return slotId;
    }
    if (change.added.length === 0) return null;
    const { nextTimeslotId: next } = await tx.postQueue.findFirstOrThrow({ where: { workspaceId, id }, select: { nextTimeslotId: true } });
    await tx.postQueue.updateMany({ where: { workspaceId, id }, data: { nextTimeslotId: next + change.added.length } });
    await tx.queueTimeslot.createMany({ data: change.added.map((slot, index) => ({ workspaceId, queueId: id, id: next + index, ...slot })) });
    return null;
  }

  async delete(workspaceId: string, id: string, tx: Transaction): Promise<void> {
    await tx.postQueue.deleteMany({ where: { workspaceId, id } });
  }
}

function toRecord({ workspaceId, id, profileGroupId, name, description, timezone, enabled, jitter, overduePolicy, overdueMinutes, timeslots, _count }: QueueRow): PostQueueRecord {
  return { workspaceId, id, profileGroupId, name, description, timezone, enabled, jitter, overduePolicy, overdueMinutes, timeslots, postsCount: _count.posts };
}
