import { Module } from '@nestjs/common';
import { ReplayPlanner } from './replay.planner.js';
import { ReplayWorkRepository } from './replay-work.repository.js';

@Module({ providers: [ReplayPlanner, ReplayWorkRepository] })
export class ReplayWorkerModule {}
