import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database, Prisma } from '#infra/database/database';
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

  /**
   * Newest first, one more than the limit. States are written out here and below: PostgreSQL takes a partial index only for what it
   * can read in the statement, and Prisma sends them as parameters.
   */
  async listDead(workspaceId: string, endpointId: string, { cursor, limit }: Keyset): Promise<DeliveryRecord[]> {
    const before = cursor === null ? Prisma.empty : Prisma.sql`AND id < ${cursor}`;
    return this.database.$queryRaw<DeliveryRecord[]>`
      SELECT workspace_id AS "workspaceId", id, endpoint_id AS "endpointId", event_id AS "eventId", event_type AS "eventType", event_created_at AS "eventCreatedAt", seq, kind, body,
        state, attempts, next_attempt_at AS "nextAttemptAt", created_at AS "createdAt", finished_at AS "finishedAt"
      FROM webhook_delivery WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId} AND state = 'dead' ${before} ORDER BY id DESC LIMIT ${limit + 1}`;
  }

  async countPendingTests(workspaceId: string, endpointId: string, tx: Transaction): Promise<number> {
    const [row] = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM webhook_delivery WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId} AND state = 'pending' AND kind = 'test'`;
    return row?.count ?? 0;
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
