import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { LocalDiskStorage } from './local-disk.storage.js';
import { ObjectStorage } from './object-storage.port.js';
import type { S3Storage } from './s3.storage.js';
import { TempArea } from './temp-area.js';

@Module({
  providers: [
    {
      provide: ObjectStorage,
      useFactory: openStorage,
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

/** The SDK is loaded only where it is used: it takes a while, and some memory. */
export async function openStorage({ s3, dataDir }: Settings, clock: Clock): Promise<LocalDiskStorage | S3Storage> {
  if (s3 === null) return new LocalDiskStorage(join(dataDir, 'media'), clock);
  const { S3Storage } = await import('./s3.storage.js');
  return new S3Storage(s3);
}
