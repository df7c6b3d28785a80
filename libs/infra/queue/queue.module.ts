import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import type { JobDefinition } from './job-definition.js';
import { DECLARED_JOBS, JobDispatcher } from './job-dispatcher.js';
import { JobQueue, QUEUE_BACKEND } from './job-queue.js';
import { postgresQueueBackend, redisQueueBackend, type QueueBackend } from './queue-backend.js';

const backendProvider = {
  provide: QUEUE_BACKEND,
  inject: [SETTINGS],
  useFactory: (settings: Settings): QueueBackend => {
    if (settings.redisUrl) return redisQueueBackend(settings.redisUrl);
    if (settings.databaseUrl) return postgresQueueBackend(settings.databaseUrl);
    throw new Error('The queue needs DATABASE_URL or REDIS_URL');
  },
};

@Module({})
export class QueueModule {
  /** For a process that only adds jobs. */
  static forProducer(): DynamicModule {
    return { module: QueueModule, global: true, providers: [backendProvider, JobQueue], exports: [JobQueue] };
  }

  /** For a process that also handles them: `jobs` is the complete list it answers for. */
  static forWorker(jobs: readonly JobDefinition<object>[]): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [backendProvider, JobQueue, { provide: DECLARED_JOBS, useValue: jobs }, JobDispatcher],
      exports: [JobQueue],
    };
  }
}
