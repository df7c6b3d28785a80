import { Module } from '@nestjs/common';
import { EventRelay } from './event-relay.js';
import { EventRelayRepository } from './event-relay.repository.js';
import { WeekKeeper } from './week.keeper.js';
import { WeekRepository } from './week.repository.js';

@Module({ providers: [EventRelay, EventRelayRepository, WeekKeeper, WeekRepository] })
export class RelayWorkerModule {}
