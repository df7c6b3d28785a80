import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import { eventBody } from '../event.body.js';
import type { AttemptRecord, ShownAttempt } from './webhook-delivery.record.js';

/** Deliveries of one event to one webhook, with redeliveries and replays. */
const mostOfOneEvent = 1_000;

export interface AttemptFilter {
  readonly success: boolean | null;
  readonly eventType: string | null;
  /** Null: of all. */
  readonly deliveryIds: readonly string[] | null;
  /** From, and before. A list of one day looks into one week. */
  readonly from: Date | null;
  readonly to: Date | null;
}

/** The log of calls, newest first: ids are time-ordered. */
@Injectable()
export class WebhookAttemptRepository {
  constructor(private readonly database: Database) {}

  list(workspaceId: string, endpointId: string, filter: AttemptFilter, part: { cursor: string | null; skip: number; take: number }): Promise<AttemptRecord[]> {
    return this.database.webhookAttempt.findMany({
      where: { ...whereOf(workspaceId, endpointId, filter), ...(part.cursor && { id: { lt: part.cursor } }) },
      orderBy: { id: 'desc' },
      skip: part.skip,
      take: part.take,
    });
  }

  /** Up to `limit`: to count a whole log takes time that grows with it. */
  count(workspaceId: string, endpointId: string, filter: AttemptFilter, limit: number): Promise<number> {
    return this.database.webhookAttempt.count({ where: whereOf(workspaceId, endpointId, filter), take: limit });
  }

  /** By which deliveries an event went to a webhook, the newest: calls are found by them. */
  async deliveriesOfEvent(workspaceId: string, endpointId: string, eventId: string): Promise<string[]> {
    const found = await this.database.webhookDelivery.findMany({ where: { workspaceId, endpointId, eventId }, orderBy: { id: 'desc' }, take: mostOfOneEvent, select: { id: true } });
    return found.map(({ id }) => id);
  }

  /** What each of these sent: the event, and where there is none the delivery's own body. */
  async withBodies(workspaceId: string, attempts: readonly AttemptRecord[]): Promise<ShownAttempt[]> {
    if (attempts.length === 0) return [];
    const events = await this.database.event.findMany({ where: { workspaceId, id: { in: unique(attempts, ({ eventId }) => eventId) }, createdAt: { in: attempts.map(({ eventCreatedAt }) => eventCreatedAt) } } });
    const bodies = new Map(events.map((event) => [event.id, eventBody(event)]));
    const without = attempts.filter(({ eventId }) => !bodies.has(eventId));
    const own = without.length === 0 ? [] : await this.database.webhookDelivery.findMany({ where: { workspaceId, id: { in: unique(without, ({ deliveryId }) => deliveryId) } }, select: { id: true, body: true } });
    const ownBodies = new Map(own.map(({ id, body }) => [id, body]));
    return attempts.map((attempt) => ({ ...attempt, requestBody: bodies.get(attempt.eventId) ?? ownBodies.get(attempt.deliveryId) ?? null }));
  }
}

function whereOf(workspaceId: string, endpointId: string, { success, eventType, deliveryIds, from, to }: AttemptFilter): object {
  return {
    workspaceId,
    endpointId,
    ...(success !== null && { success }),
    ...(eventType && { eventType }),
    ...(deliveryIds && { deliveryId: { in: [...deliveryIds] } }),
    ...((from ?? to) && { attemptedAt: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
  };
}

function unique(attempts: readonly AttemptRecord[], key: (attempt: AttemptRecord) => string): string[] {
  return [...new Set(attempts.map(key))];
}
