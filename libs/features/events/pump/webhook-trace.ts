import { Injectable } from '@nestjs/common';
import type { PostResult } from '#infra/http/egress/post-result';
import { Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import type { OutboxEvent } from '#infra/outbox/outbox-event';
import type { Breaker } from './circuit-breaker.js';
import type { DeliveryVerdict } from './delivery-verdict.js';
import type { PumpHold } from './pump-hold.js';

/** What delivering shows to whoever runs the installation. Single attempts are in the attempt log, not in this one. */
@Injectable()
export class WebhookTrace {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** @param breaker its new state; null: as before */
  called({ endpointId }: PumpHold, { durationMs }: PostResult, { errorClass }: DeliveryVerdict, breaker: Breaker['state'] | null): void {
    this.metrics.webhookAttemptSeconds.observe({ outcome: errorClass ?? 'ok' }, durationMs / 1000);
    if (breaker) this.logger.info({ endpointId, breaker, lastError: errorClass }, 'The circuit breaker of a webhook endpoint changed');
  }

  told({ endpointId }: PumpHold, { type, data }: OutboxEvent): void {
    const { percent, reason } = data;
    this.logger.warn({ endpointId, event: type, percent, reason }, type === 'webhook.disabled' ? 'A webhook endpoint was disabled' : 'A webhook endpoint is failing');
  }

  renewalFailed({ endpointId }: PumpHold, error: unknown): void {
    this.logger.warn({ endpointId, err: error }, 'The lease of a webhook endpoint was not renewed');
  }
}
