import { Module } from '@nestjs/common';
import { WebhookEndpointsWorkerModule } from './endpoints/webhook-endpoints-worker.module.js';

/** What a worker does for events. */
@Module({ imports: [WebhookEndpointsWorkerModule] })
export class EventsWorkerModule {}
