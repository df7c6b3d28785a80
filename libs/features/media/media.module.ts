import { Module } from '@nestjs/common';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { EgressModule } from '#infra/http/egress/egress.module';
import { StorageModule } from '#infra/storage/storage.module';
import { ImageConversion } from './image-conversion.js';
import { MediaDeliveryService } from './media-delivery.service.js';
import { MediaIngestService } from './media-ingest.service.js';
import { MediaProbe } from './media-probe.js';
import { VideoIndexReader } from './video-index.reader.js';

/** Needs the global settings and clock. */
@Module({
  imports: [CryptoModule, EgressModule, StorageModule],
  providers: [ImageConversion, MediaDeliveryService, MediaIngestService, MediaProbe, VideoIndexReader],
  exports: [CryptoModule, MediaDeliveryService, MediaIngestService, StorageModule],
})
export class MediaModule {}
