import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { OverdueWish } from './overdue.rules.js';

/** What a workspace and its queues say of late posts themselves. */
@Injectable()
export class OverduePolicyRepository {
  constructor(private readonly database: Database) {}

  async find(workspaceId: string, tx: Transaction = this.database): Promise<OverdueWish> {
    const row = await tx.workspace.findFirst({ where: { id: workspaceId }, select: { overduePolicy: true, overdueMinutes: true } });
    return { policy: row?.overduePolicy ?? null, minutes: row?.overdueMinutes ?? null };
  }

  /** Of the queue that the post is in; null: it is in none. */
  async findOfQueue(workspaceId: string, postId: string): Promise<OverdueWish | null> {
    const row = await this.database.post.findFirst({ where: { workspaceId, id: postId }, select: { queue: { select: { overduePolicy: true, overdueMinutes: true } } } });
    return row?.queue ? { policy: row.queue.overduePolicy, minutes: row.queue.overdueMinutes } : null;
  }

  /** `undefined` stays, null takes it away. */
  async change(workspaceId: string, wish: { policy: string | null | undefined; minutes: number | null | undefined }, tx: Transaction): Promise<void> {
    const data = { ...(wish.policy !== undefined && { overduePolicy: wish.policy }), ...(wish.minutes !== undefined && { overdueMinutes: wish.minutes }) };
    await tx.workspace.updateMany({ where: { id: workspaceId }, data });
  }
}
