import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock, hours } from '#kernel/clock';
import { isId, newId } from '#kernel/ids';
import type { Keyset } from '#infra/http/list-query';
import { UnitOfWork, type Transaction } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import { eventBody } from '../event.body.js';
import { sampleEvent } from '../event-samples.js';
import type { EventType } from '../event-types.js';
import { deliveryFacts, type DeliveryRecord } from './webhook-delivery.record.js';
import { WebhookDeliveryRepository } from './webhook-delivery.repository.js';
import type { WebhookRecord } from './webhook.record.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookStatsRepository, type WebhookStats } from './webhook-stats.repository.js';

/** Tests of one webhook that wait at the same time. */
const mostPendingTests = 10;
const statsSpan = hours(24);

export interface Redrive {
  readonly redriven: number;
  /** Dead letters after this one are still to be redriven; null: there are none. */
  readonly nextCursor: string | null;
}

/** Deliveries that somebody asks for by hand. They go the way of all others. */
@Injectable()
export class WebhookDeliveryService {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly deliveries: WebhookDeliveryRepository,
    private readonly stats: WebhookStatsRepository,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** Newest first, one more than the limit. @throws AppError not_found */
  async listDead(caller: CallerIdentity, id: string, keyset: Keyset): Promise<DeliveryRecord[]> {
    await this.requireVisible(caller, id);
    return this.deliveries.listDead(caller.workspaceId, id, keyset);
  }

  /** Of the last day. @throws AppError not_found */
  async readStats(caller: CallerIdentity, id: string): Promise<WebhookStats> {
    await this.requireVisible(caller, id);
    const stats = await this.stats.read(caller.workspaceId, id, after(this.clock.now(), -statsSpan));
    if (!stats) throw new AppError('not_found');
    return stats;
  }

  /**
   * Sends a sample, whatever the webhook is subscribed to.
   * @param requireTarget whether its address is permitted, asked before anything is held
   * @throws AppError not_found, webhook_not_enabled, webhook_tests_pending, egress_refused
   */
  async test<A>(caller: CallerIdentity, id: string, type: EventType, requireTarget: (url: string) => Promise<unknown>, show: (made: DeliveryRecord) => A): Promise<A> {
    await requireTarget((await this.requireVisible(caller, id)).url);
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const { workspaceId, profileGroupId } = await this.holdEnabled(caller, id, tx);
      if ((await this.deliveries.countPendingTests(workspaceId, id, tx)) >= mostPendingTests) throw new AppError('webhook_tests_pending', undefined, { details: { limit: mostPendingTests } });
      const now = this.clock.now();
      const event = { id: newId('event'), workspaceId, profileGroupId, ...sampleEvent(type, now), createdAt: now, seq: null };
      const made = await this.deliveries.create(workspaceId, { endpointId: id, eventId: event.id, eventType: type, eventCreatedAt: now, seq: null, kind: 'test', body: eventBody(event) }, now, tx);
      record({ action: 'webhook.tested', targetId: id, profileGroupId, after: deliveryFacts(made) });
      return made;
    }, show);
  }

  /**
   * Sends again what a delivery sent, as another one.
   * @param deliveryId a delivery, or one of its calls
   * @throws AppError not_found, webhook_not_enabled, state_conflict when the event is not kept any more
   */
  async redeliver<A>(caller: CallerIdentity, id: string, deliveryId: string, show: (made: DeliveryRecord) => A): Promise<A> {
    const { workspaceId } = await this.requireVisible(caller, id);
    const ofAttempt = isId('webhookAttempt', deliveryId) ? await this.deliveries.deliveryOfAttempt(workspaceId, id, deliveryId) : null;
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const { profileGroupId } = await this.holdEnabled(caller, id, tx);
      const before = await this.deliveries.find(workspaceId, id, ofAttempt ?? deliveryId, tx);
      if (!before) throw new AppError('not_found');
      const { endpointId, eventId, eventType, eventCreatedAt, seq, body } = before;
      if (body === null && !(await this.deliveries.hasEvent(workspaceId, { id: eventId, createdAt: eventCreatedAt }, tx))) throw new AppError('state_conflict', 'The event is older than what is kept and cannot be sent again');
      const made = await this.deliveries.create(workspaceId, { endpointId, eventId, eventType, eventCreatedAt, seq, body, kind: 'redelivery' }, this.clock.now(), tx);
      await this.deliveries.retire(workspaceId, before, tx);
      record({ action: 'webhook.redelivered', targetId: id, profileGroupId, before: deliveryFacts(before), after: deliveryFacts(made) });
      return made;
    }, show);
  }

  /** Sends dead letters again, oldest first, each with a whole new plan of attempts. @throws AppError not_found, webhook_not_enabled */
  redrive<A>(caller: CallerIdentity, id: string, { cursor, limit }: Keyset, show: (outcome: Redrive) => A): Promise<A> {
    const { workspaceId } = caller;
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const { profileGroupId } = await this.holdEnabled(caller, id, tx);
      const revived = await this.deliveries.revive(workspaceId, id, { cursor, limit, now: this.clock.now() }, tx);
      record({ action: 'webhook.redriven', targetId: id, profileGroupId, after: { revived } });
      return { redriven: revived.length, nextCursor: revived.length === limit ? (revived.at(-1) ?? null) : null };
    }, show);
  }

  private async requireVisible({ workspaceId, keyGroupId }: CallerIdentity, id: string): Promise<WebhookRecord> {
    const webhook = await this.webhooks.find(workspaceId, keyGroupId, id);
    if (!webhook) throw new AppError('not_found');
    return webhook;
  }

  /** Holds off its deletion and its pausing, so that nothing is made that nobody would send. */
  private async holdEnabled({ workspaceId, keyGroupId }: CallerIdentity, id: string, tx: Transaction): Promise<WebhookRecord> {
    const webhook = await this.webhooks.hold(workspaceId, keyGroupId, id, tx);
    if (!webhook) throw new AppError('not_found');
    const { enabled, disabledReason } = webhook;
    if (!enabled) throw new AppError('webhook_not_enabled', `The webhook is ${disabledReason === 'paused' ? 'paused' : 'disabled'}: enable it first`, { details: { disabled_reason: disabledReason } });
    return webhook;
  }
}
