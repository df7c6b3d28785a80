import { Module } from '@nestjs/common';
import { RelayWorkerModule } from './relay/relay-worker.module.js';

@Module({ imports: [RelayWorkerModule] })
export class EventsWorkerModule {}
