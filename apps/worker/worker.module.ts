import { Module, type DynamicModule } from '@nestjs/common';
import { ClockModule } from '#infra/clock/clock.module';
import type { ProcessSettings } from '#infra/config/process-settings';
import { SettingsModule } from '#infra/config/settings.module';
import { DatabaseModule } from '#infra/database/database.module';
import type { Logger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { MetricsModule } from '#infra/metrics/metrics.module';
import { QueueModule } from '#infra/queue/queue.module';
import { publishPostJob, PublishingWorkerModule } from '#features/publishing/index';
import { NetworksModule } from '#networks/networks.module';

@Module({})
export class WorkerModule {
  static for(settings: ProcessSettings, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        SettingsModule.for(settings),
        ClockModule.with(),
        LoggingModule.with(logger),
        MetricsModule,
        DatabaseModule.connect(settings.databaseUrl),
        QueueModule.forWorker([publishPostJob]),
        NetworksModule,
        PublishingWorkerModule,
      ],
    };
  }
}
