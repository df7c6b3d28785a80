import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessSettings } from '#infra/config/process-settings';
import type { Logger } from '#infra/logging/logger';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { WritesWorkerModule } from '#infra/writes/writes-worker.module';
import { AccountsWorkerModule } from '#features/accounts/index';
import { EventsWorkerModule, pumpWebhooksJob } from '#features/events/index';
import { MediaWorkerModule } from '#features/media/index';
import { publishPostJob, PublishingWorkerModule } from '#features/publishing/index';
import { NetworksModule } from '#networks/networks.module';

@Module({})
export class WorkerModule {
  static for(settings: ProcessSettings, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [...processModules(settings, logger, { isWalled: false }), QueueModule.forWorker([publishPostJob, pumpWebhooksJob]), NetworksModule, WritesWorkerModule, AccountsWorkerModule, MediaWorkerModule, PublishingWorkerModule, EventsWorkerModule],
    };
  }
}
