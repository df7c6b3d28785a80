import { Module } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { EgressPoster } from '#infra/http/egress/egress-poster';
import { WebhookTarget } from '../webhook-target.js';
import { PumpWebhooksHandler } from './pump-webhooks.handler.js';
import { WebhookCaller } from './webhook-caller.js';
import { WebhookPlanner } from './webhook-planner.js';
import { WebhookPumpRepository } from './webhook-pump.repository.js';
import { WebhookTrace } from './webhook-trace.js';

/** The same guard as when the address was taken down. No exception for the sandbox: its control routes are nothing that a subscription may call. */
const poster = { provide: EgressPoster, useFactory: ({ webhooks }: Settings) => new EgressPoster(new WebhookTarget(webhooks)), inject: [SETTINGS] };

@Module({
  imports: [CryptoModule],
  providers: [poster, PumpWebhooksHandler, WebhookCaller, WebhookPlanner, WebhookPumpRepository, WebhookTrace],
  exports: [WebhookPlanner],
})
export class PumpWorkerModule {}
