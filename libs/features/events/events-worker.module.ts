import { Module } from '@nestjs/common';
import { ReplayWorkerModule } from './replay/replay-worker.module.js';

@Module({ imports: [ReplayWorkerModule] })
export class EventsWorkerModule {}
