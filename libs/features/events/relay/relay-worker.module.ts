import { Module } from '@nestjs/common';
import { EventRelay } from './event-relay.js';
import { EventRelayRepository } from './event-relay.repository.js';

@Module({ providers: [EventRelay, EventRelayRepository] })
export class RelayWorkerModule {}
