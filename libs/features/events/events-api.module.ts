import { Module } from '@nestjs/common';
import { ReplayApiModule } from './replay/replay-api.module.js';

@Module({ imports: [ReplayApiModule] })
export class EventsApiModule {}
