import { Module } from '@nestjs/common';
import { WebhookEndpointsApiModule } from './endpoints/webhook-endpoints-api.module.js';

/** What the API has of events: the parts bring their own controllers. */
@Module({ imports: [WebhookEndpointsApiModule] })
export class EventsApiModule {}
