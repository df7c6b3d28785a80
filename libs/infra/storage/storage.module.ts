import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { LocalDiskStorage } from './local-disk.storage.js';
import { ObjectStorage } from './object-storage.port.js';
import { TempArea } from './temp-area.js';

@Module({
  providers: [
    {
      provide: ObjectStorage,
      useFactory: (settings: Settings, clock: Clock) => new LocalDiskStorage(join(settings.dataDir, 'media'), clock),
      inject: [SETTINGS, Clock],
    },
    {
      provide: TempArea,
      useFactory: (settings: Settings, clock: Clock) => new TempArea(join(settings.dataDir, 'tmp'), clock),
      inject: [SETTINGS, Clock],
    },
  ],
  exports: [ObjectStorage, TempArea],
})
export class StorageModule {}
