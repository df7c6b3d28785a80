import { Module } from '@nestjs/common';
import { WebhookEndpointsApiModule } from './endpoints/webhook-endpoints-api.module.js';
import { FeedApiModule } from './feed/feed-api.module.js';
import { RelayApiModule } from './relay/relay-api.module.js';
import { ReplayApiModule } from './replay/replay-api.module.js';

/** What the API has of events: the parts bring their own controllers. */
@Module({ imports: [FeedApiModule, RelayApiModule, ReplayApiModule, WebhookEndpointsApiModule], exports: [RelayApiModule] })
export class EventsApiModule {}
