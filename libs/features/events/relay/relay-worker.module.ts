import { Module } from '@nestjs/common';
import { PumpWorkerModule } from '../pump/pump-worker.module.js';
import { EventRelay } from './event-relay.js';
import { EventRelayRepository } from './event-relay.repository.js';
import { WeekKeeper } from './week.keeper.js';
import { WeekRepository } from './week.repository.js';

@Module({ imports: [PumpWorkerModule], providers: [EventRelay, EventRelayRepository, WeekKeeper, WeekRepository] })
export class RelayWorkerModule {}
