import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock } from '#kernel/clock';
import { secretContext, webhookSecret } from '#infra/crypto/encrypted-columns';
import { DecryptionError, TokenCipher } from '#infra/crypto/token-cipher';
import { UnitOfWork, type Transaction } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import { newWebhookSecret } from '../webhook-secret.js';
import { webhookFacts, type WebhookInFull, type WebhookRecord } from './webhook.record.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookSecretRepository, type SealedSecret } from './webhook-secret.repository.js';

/** How many secrets before the present one may sign along: a delivery has a signature of each. */
const mostPrevious = 2;

@Injectable()
export class WebhookSecretService {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly secrets: WebhookSecretRepository,
    private readonly cipher: TokenCipher,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** @throws AppError webhook_secret_unreadable */
  async withSecret(webhook: WebhookRecord, tx?: Transaction): Promise<WebhookInFull> {
    const secrets = await this.secrets.list(webhook.workspaceId, webhook.id, this.clock.now(), tx);
    return { webhook, secret: this.open(secrets.find(({ expiresAt }) => expiresAt === null)), previous: secrets.filter(({ expiresAt }) => expiresAt !== null) };
  }

  /**
   * A new secret signs from now on; those before it sign along until their end, the two newest of them at most.
   * @throws AppError not_found
   */
  rotate<A>(caller: CallerIdentity, id: string, overlapMs: number, show: (rotated: WebhookInFull) => A): Promise<A> {
    const { workspaceId, keyGroupId } = caller;
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const webhook = await this.webhooks.hold(workspaceId, keyGroupId, id, tx);
      if (!webhook) throw new AppError('not_found');
      const now = this.clock.now();
      const before = await this.secrets.list(workspaceId, id, now, tx);
      await this.secrets.expire(workspaceId, id, after(now, overlapMs), tx);
      await this.secrets.forget(workspaceId, id, before.slice(mostPrevious).map((old) => old.id), tx);
      await this.secrets.add(workspaceId, id, newWebhookSecret(), now, tx);
      const rotated = await this.withSecret(webhook, tx);
      record({ action: 'webhook.secret_rotated', targetId: id, profileGroupId: webhook.profileGroupId, before: { ...webhookFacts(webhook), secrets: before.map((old) => old.id) }, after: { ...webhookFacts(webhook), overlapMs } });
      return rotated;
    }, show);
  }

  private open(sealed: SealedSecret | undefined): string {
    if (!sealed || sealed.secret === '') throw new AppError('webhook_secret_unreadable');
    try {
      return this.cipher.decrypt(sealed.secret, secretContext(webhookSecret, sealed.workspaceId, sealed.id));
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      throw new AppError('webhook_secret_unreadable', undefined, { cause: error });
    }
  }
}
