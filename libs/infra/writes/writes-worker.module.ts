import { Module } from '@nestjs/common';
import { TraceSweepRepository } from './trace-sweep.repository.js';
import { TraceSweeper } from './trace-sweeper.js';

/** What writes leave behind is cleared away by workers. */
@Module({ providers: [TraceSweepRepository, TraceSweeper] })
export class WritesWorkerModule {}
