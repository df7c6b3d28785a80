import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { EgressPoster } from '#infra/http/egress/egress-poster';
import type { PostResult } from '#infra/http/egress/post-result';
import type { DueDelivery } from './pump-hold.js';
import { schemesOf, signBody, type Signed, type SigningKey } from './webhook-signature.js';

export interface WebhookCall {
  readonly url: string;
  readonly keys: readonly SigningKey[];
  readonly delivery: DueDelivery;
  readonly body: string;
}

export interface WebhookCalled {
  readonly result: PostResult;
  readonly attemptedAt: Date;
  /** As they were sent, with the scheme in the place of each signature. */
  readonly requestHeaders: Readonly<Record<string, string>>;
}

/** Sends one delivery: signs, calls, and says what came of it. */
@Injectable()
export class WebhookCaller implements BeforeApplicationShutdown {
  private readonly prefix: string;

  constructor(
    private readonly poster: EgressPoster,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Pick<Settings, 'webhookHeaderPrefix'>,
  ) {
    this.prefix = settings.webhookHeaderPrefix;
  }

  /** When no pump runs any more. */
  beforeApplicationShutdown(): Promise<void> {
    return this.poster.close();
  }

  /** The signature is of this moment: receivers refuse what was signed minutes ago. */
  async call({ url, keys, delivery, body }: WebhookCall): Promise<WebhookCalled> {
    const attemptedAt = this.clock.now();
    const timestamp = Math.floor(attemptedAt.getTime() / 1000);
    const signed = signBody(keys, { id: delivery.eventId, timestamp, body });
    const result = await this.poster.post(url, this.headers(delivery, timestamp, signed), body);
    return { result, attemptedAt, requestHeaders: this.headers(delivery, timestamp, schemesOf(signed)) };
  }

  private headers({ id, eventId, eventType }: DueDelivery, timestamp: number, { standard, timed }: Signed): Record<string, string> {
    return {
      'content-type': 'application/json',
      'user-agent': 'Heliograph-Webhooks/1',
      'webhook-id': eventId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': standard,
      [`${this.prefix}event`]: eventType,
      [`${this.prefix}delivery`]: id,
      [`${this.prefix}signature`]: timed,
    };
  }
}
