import { Module } from '@nestjs/common';
import { FeedApiModule } from './feed/feed-api.module.js';
import { RelayApiModule } from './relay/relay-api.module.js';

@Module({ imports: [FeedApiModule, RelayApiModule], exports: [RelayApiModule] })
export class EventsApiModule {}
