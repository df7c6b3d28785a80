import { Injectable } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { VanishedReferenceError } from '#infra/database/vanished-reference';
import type { Keyset } from '#infra/http/list-query';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import { ProfileService, type CallerIdentity } from '#features/accounts/index';
import { newWebhookSecret } from '../webhook-secret.js';
import { WebhookTarget } from '../webhook-target.js';
import { webhookFacts, type UpdatedWebhook, type WebhookFields, type WebhookInFull, type WebhookRecord } from './webhook.record.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookSecretRepository } from './webhook-secret.repository.js';

/** More would only multiply every event; one subscription takes as many types as there are. */
const mostWebhooks = 50;

export interface WebhookChange {
  readonly fields: Partial<WebhookFields>;
  /** false pauses, true goes on, whatever stopped it. */
  readonly enabled: boolean | undefined;
}

@Injectable()
export class WebhookService {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly secrets: WebhookSecretRepository,
    private readonly profiles: ProfileService,
    private readonly target: WebhookTarget,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** Of one group where the key or the call names one. With a keyset one more than its limit. */
  list(caller: CallerIdentity, groupId: string | undefined, keyset: Keyset | null): Promise<WebhookRecord[]> {
    return this.webhooks.list(caller.workspaceId, caller.keyGroupId ?? groupId ?? null, keyset);
  }

  /** @throws AppError not_found, also for one that the key may not see */
  async get(caller: CallerIdentity, id: string): Promise<WebhookRecord> {
    const webhook = await this.webhooks.find(caller.workspaceId, caller.keyGroupId, id);
    if (!webhook) throw new AppError('not_found');
    return webhook;
  }

  /**
   * @param groupId null: the key's group, and without one all groups
   * @throws AppError not_found for a group that the key may not see; egress_refused; validation_failed; webhook_limit_reached
   */
  async create<A>(caller: CallerIdentity, fields: WebhookFields, groupId: string | null, show: (made: WebhookInFull) => A): Promise<A> {
    const { workspaceId } = caller;
    const profileGroupId = groupId === null ? caller.keyGroupId : (await this.profiles.inGroup(caller, groupId)).profileGroupId;
    await this.requireProfiles(workspaceId, profileGroupId, fields.profileIds);
    const isVerified = await this.target.check(fields.url);
    const secret = newWebhookSecret();
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      if ((await this.webhooks.countForMore(workspaceId, tx)) >= mostWebhooks) throw new AppError('webhook_limit_reached', undefined, { details: { limit: mostWebhooks } });
      const now = this.clock.now();
      const id = await this.webhooks.create(workspaceId, { ...fields, profileGroupId, verifiedAt: isVerified ? now : null, now }, tx).catch(refuseVanishedGroup);
      await this.secrets.add(workspaceId, id, secret, now, tx);
      const webhook = await this.webhooks.find(workspaceId, null, id, tx);
      if (!webhook) throw new AppError('not_found');
      record({ action: 'webhook.created', targetId: id, profileGroupId, after: webhookFacts(webhook) });
      return { webhook, secret, previous: [] };
    }, show);
  }

  /** @throws AppError not_found; egress_refused; validation_failed */
  async update<A>(caller: CallerIdentity, id: string, { fields, enabled }: WebhookChange, show: (updated: UpdatedWebhook) => A): Promise<A> {
    const { workspaceId, keyGroupId } = caller;
    const seen = await this.get(caller, id);
    await this.requireProfiles(workspaceId, seen.profileGroupId, fields.profileIds ?? []);
    const isVerified = fields.url === undefined ? null : await this.target.check(fields.url);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const before = await this.webhooks.hold(workspaceId, keyGroupId, id, tx);
      if (!before) throw new AppError('not_found');
      const now = this.clock.now();
      await this.webhooks.update(workspaceId, id, { ...fields, ...(isVerified !== null && { verifiedAt: isVerified ? now : null }), now }, tx);
      const missed = enabled === true && !before.enabled ? await this.webhooks.resume(workspaceId, before, now, tx) : null;
      if (enabled === false && before.enabled) await this.webhooks.pause(workspaceId, id, now, tx);
      // Another address has another history.
      if (fields.url !== undefined && fields.url !== before.url) await this.webhooks.beginAnew(workspaceId, id, now, tx);
      const webhook = await this.webhooks.find(workspaceId, null, id, tx);
      if (!webhook) throw new AppError('not_found');
      record({ action: 'webhook.updated', targetId: id, profileGroupId: webhook.profileGroupId, before: webhookFacts(before), after: webhookFacts(webhook) });
      return { webhook, missed };
    }, show);
  }

  /** What waits for it is cancelled. @throws AppError not_found */
  remove<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    const { workspaceId, keyGroupId } = caller;
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const before = await this.webhooks.hold(workspaceId, keyGroupId, id, tx);
      if (!before) throw new AppError('not_found');
      await this.webhooks.delete(workspaceId, id, tx);
      record({ action: 'webhook.deleted', targetId: id, profileGroupId: before.profileGroupId, before: webhookFacts(before) });
    }, show);
  }

  private async requireProfiles(workspaceId: string, groupId: string | null, ids: readonly string[]): Promise<void> {
    const unknown = await this.webhooks.unknownProfiles(workspaceId, groupId, ids);
    if (unknown.length > 0) throw validationFailed(unknown.map((id) => ({ rule: 'webhook.profile_exists', path: 'profile_ids', message: `Profile not found for ${id}`, actual: id })));
  }
}

function refuseVanishedGroup(error: unknown): never {
  throw error instanceof VanishedReferenceError ? new AppError('not_found', 'Profile group not found', { cause: error }) : error;
}
