import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { keysetPage, type Paging } from '#infra/http/list-query';
import type { CallerIdentity } from '#features/accounts/index';
import { WebhookAttemptRepository, type AttemptFilter } from './webhook-attempt.repository.js';
import type { ShownAttempt } from './webhook-delivery.record.js';
import { WebhookRepository } from './webhook.repository.js';
import { mostCounted } from './webhook-stats.repository.js';

export interface AttemptPage {
  readonly attempts: readonly ShownAttempt[];
  readonly nextCursor: string | null;
  /** In page mode; above `mostCounted`: there are more than that. */
  readonly total?: number;
}

export interface AttemptQuestion extends Omit<AttemptFilter, 'deliveryIds'> {
  readonly eventId: string | null;
  readonly deliveryId: string | null;
}

/** What was called, and what came back. */
@Injectable()
export class WebhookAttemptService {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly attempts: WebhookAttemptRepository,
  ) {}

  /** @throws AppError not_found */
  async list({ workspaceId, keyGroupId }: CallerIdentity, id: string, { eventId, deliveryId, ...rest }: AttemptQuestion, paging: Paging): Promise<AttemptPage> {
    if (!(await this.webhooks.find(workspaceId, keyGroupId, id))) throw new AppError('not_found');
    const ofEvent = eventId === null ? null : await this.attempts.deliveriesOfEvent(workspaceId, id, eventId);
    const deliveryIds = deliveryId === null ? ofEvent : (ofEvent ?? [deliveryId]).filter((each) => each === deliveryId);
    const filter = { ...rest, deliveryIds };
    const part = paging.mode === 'page' ? { cursor: null, skip: paging.page * paging.perPage, limit: paging.perPage } : { ...paging, skip: 0 };
    const [found, total] = await Promise.all([
      this.attempts.list(workspaceId, id, filter, { cursor: part.cursor, skip: part.skip, take: part.limit + 1 }),
      paging.mode === 'page' ? this.attempts.count(workspaceId, id, filter, mostCounted + 1) : undefined,
    ]);
    const { rows, nextCursor } = keysetPage(found, part.limit);
    return { attempts: await this.attempts.withBodies(workspaceId, rows), nextCursor, ...(total !== undefined && { total }) };
  }
}
