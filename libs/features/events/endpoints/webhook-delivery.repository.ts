import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import type { Keyset } from '#infra/http/list-query';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { DeliveryRecord } from './webhook-delivery.record.js';

export type NewDelivery = Pick<DeliveryRecord, 'endpointId' | 'eventId' | 'eventType' | 'eventCreatedAt' | 'seq' | 'kind' | 'body'>;

@Injectable()
export class WebhookDeliveryRepository {
  constructor(private readonly database: Database) {}

  find(workspaceId: string, endpointId: string, id: string, tx: Transaction = this.database): Promise<DeliveryRecord | null> {
    return tx.webhookDelivery.findFirst({ where: { workspaceId, endpointId, id } });
  }

  /** Which delivery a call was of. */
  async deliveryOfAttempt(workspaceId: string, endpointId: string, attemptId: string): Promise<string | null> {
    const attempt = await this.database.webhookAttempt.findFirst({ where: { workspaceId, endpointId, id: attemptId }, select: { deliveryId: true } });
    return attempt?.deliveryId ?? null;
  }

  /** Newest first, one more than the limit. */
  listDead(workspaceId: string, endpointId: string, { cursor, limit }: Keyset): Promise<DeliveryRecord[]> {
    return this.database.webhookDelivery.findMany({ where: { workspaceId, endpointId, state: 'dead', ...(cursor && { id: { lt: cursor } }) }, orderBy: { id: 'desc' }, take: limit + 1 });
  }

  countPendingTests(workspaceId: string, endpointId: string, tx: Transaction): Promise<number> {
    return tx.webhookDelivery.count({ where: { workspaceId, endpointId, state: 'pending', kind: 'test' } });
  }

  /** Whether what a delivery is to send is still kept. */
  async hasEvent(workspaceId: string, event: { id: string; createdAt: Date }, tx: Transaction): Promise<boolean> {
    return (await tx.event.findFirst({ where: { workspaceId, id: event.id, createdAt: event.createdAt }, select: { id: true } })) !== null;
  }

  /** Due at once. */
  async create(workspaceId: string, input: NewDelivery, now: Date, tx: Transaction): Promise<DeliveryRecord> {
    const made = await tx.webhookDelivery.create({ data: { workspaceId, id: newId('webhookDelivery'), ...input, state: 'pending', nextAttemptAt: now, createdAt: now } });
    await this.makeDue(workspaceId, input.endpointId, now, tx);
    return made;
  }

  /** A dead letter that goes out again as another delivery is none any more. */
  async retire(workspaceId: string, { id, createdAt }: Pick<DeliveryRecord, 'id' | 'createdAt'>, tx: Transaction): Promise<void> {
    await tx.webhookDelivery.updateMany({ where: { workspaceId, id, createdAt, state: 'dead' }, data: { state: 'cancelled' } });
  }

  /**
   * Gives dead letters a whole new plan of attempts, oldest first.
   * @returns the ids, in order
   */
  async revive(workspaceId: string, endpointId: string, { cursor, limit, now }: Keyset & { now: Date }, tx: Transaction): Promise<string[]> {
    const revived = await tx.$queryRaw<{ id: string }[]>`
      UPDATE webhook_delivery d SET state = 'pending', attempts = 0, next_attempt_at = ${now}, finished_at = NULL
      FROM (
        SELECT id, created_at FROM webhook_delivery
        WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId} AND state = 'dead' AND id > ${cursor ?? ''} ORDER BY id LIMIT ${limit} FOR UPDATE
      ) dead
      WHERE d.workspace_id = ${workspaceId} AND d.id = dead.id AND d.created_at = dead.created_at AND d.state = 'dead' RETURNING d.id`;
    if (revived.length > 0) await this.makeDue(workspaceId, endpointId, now, tx);
    return revived.map(({ id }) => id).sort();
  }

  private async makeDue(workspaceId: string, endpointId: string, now: Date, tx: Transaction): Promise<void> {
    await tx.$executeRaw`UPDATE webhook_pump SET due_at = LEAST(COALESCE(due_at, ${now}::timestamptz), ${now}::timestamptz) WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId}`;
  }
}
