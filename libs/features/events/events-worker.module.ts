import { Module } from '@nestjs/common';
import { PumpWorkerModule } from './pump/pump-worker.module.js';

@Module({ imports: [PumpWorkerModule] })
export class EventsWorkerModule {}
