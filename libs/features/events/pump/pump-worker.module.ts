import { Module } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { EgressPolicy } from '#infra/http/egress/egress-policy';
import { EgressPoster } from '#infra/http/egress/egress-poster';
import { PumpWebhooksHandler } from './pump-webhooks.handler.js';
import { WebhookCaller } from './webhook-caller.js';
import { WebhookPlanner } from './webhook-planner.js';
import { WebhookPumpRepository } from './webhook-pump.repository.js';
import { WebhookTrace } from './webhook-trace.js';

/** No exception for the sandbox here: its control routes are nothing that a subscription may call. */
const poster = { provide: EgressPoster, useFactory: ({ egressAllow }: Settings) => new EgressPoster(new EgressPolicy({ allow: egressAllow, trustedOrigin: null })), inject: [SETTINGS] };

@Module({
  imports: [CryptoModule],
  providers: [poster, PumpWebhooksHandler, WebhookCaller, WebhookPlanner, WebhookPumpRepository, WebhookTrace],
  exports: [WebhookPlanner],
})
export class PumpWorkerModule {}
