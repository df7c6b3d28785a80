import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessSettings } from '#infra/config/process-settings';
import type { Logger } from '#infra/logging/logger';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { AccountsApiModule } from '#features/accounts/index';
import { EventsApiModule } from '#features/events/index';
import { MediaApiModule } from '#features/media/index';
import { PublishingApiModule, PublishingModule } from '#features/publishing/index';
import { NetworksModule } from '#networks/networks.module';
import { ReadinessService } from './system/readiness.service.js';
import { SystemController } from './system/system.controller.js';

@Module({})
export class ApiModule {
  static for(settings: ProcessSettings, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ...processModules(settings, logger, { isWalled: settings.isRowSecurityOn }),
        QueueModule.forProducer(),
        NetworksModule,
        AccountsApiModule,
        MediaApiModule,
        PublishingModule,
        PublishingApiModule,
        EventsApiModule,
      ],
      controllers: [SystemController],
      providers: [ReadinessService],
    };
  }
}
