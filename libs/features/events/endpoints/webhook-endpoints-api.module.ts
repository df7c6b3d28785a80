import { Module } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { AccountsModule } from '#features/accounts/index';
import { WebhookTarget } from '../webhook-target.js';
import { WebhookAttemptRepository } from './webhook-attempt.repository.js';
import { WebhookAttemptService } from './webhook-attempt.service.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookDeliveryController } from './webhook-delivery.controller.js';
import { WebhookDeliveryRepository } from './webhook-delivery.repository.js';
import { WebhookDeliveryService } from './webhook-delivery.service.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookSecretRepository } from './webhook-secret.repository.js';
import { WebhookSecretService } from './webhook-secret.service.js';
import { WebhookService } from './webhook.service.js';
import { WebhookStatsRepository } from './webhook-stats.repository.js';

/** Needs the global settings, clock and unit of work. */
@Module({
  imports: [AccountsModule, CryptoModule],
  controllers: [WebhookController, WebhookDeliveryController],
  providers: [
    { provide: WebhookTarget, useFactory: (settings: Settings) => new WebhookTarget(settings.webhooks), inject: [SETTINGS] },
    WebhookAttemptRepository, WebhookAttemptService, WebhookDeliveryRepository, WebhookDeliveryService, WebhookRepository, WebhookSecretRepository, WebhookSecretService, WebhookService, WebhookStatsRepository,
  ],
})
export class WebhookEndpointsApiModule {}
