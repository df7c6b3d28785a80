import { Module } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { Clock } from '#kernel/clock';
import { createInstagramNetwork, InstagramNetwork } from './instagram-network.js';

/** Needs the global settings, clock and logger. Every call to Instagram is a debug line with the request's thread and Meta's usage. */
@Module({
  providers: [
    {
      provide: InstagramNetwork,
      inject: [SETTINGS, Clock, Logger],
      useFactory: (settings: Settings, clock: Clock, logger: Logger) =>
        createInstagramNetwork({ settings: settings.instagram, clock, observe: (report) => logger.debug(report, 'Instagram called') }),
    },
  ],
  exports: [InstagramNetwork],
})
export class InstagramModule {}
