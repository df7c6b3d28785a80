import { Module } from '@nestjs/common';
import { WebhookEndpointsWorkerModule } from './endpoints/webhook-endpoints-worker.module.js';
import { PumpWorkerModule } from './pump/pump-worker.module.js';
import { RelayWorkerModule } from './relay/relay-worker.module.js';
import { ReplayWorkerModule } from './replay/replay-worker.module.js';

/** What a worker does for events. */
@Module({ imports: [PumpWorkerModule, RelayWorkerModule, ReplayWorkerModule, WebhookEndpointsWorkerModule] })
export class EventsWorkerModule {}
