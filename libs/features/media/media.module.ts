import { Module } from '@nestjs/common';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { EgressModule } from '#infra/http/egress/egress.module';
import { StorageModule } from '#infra/storage/storage.module';
import { Ffmpeg } from './ffmpeg.js';
import { HeicDecoder } from './heic-decoder.js';
import { ImageConversion } from './image-conversion.js';
import { MediaDeliveryService } from './media-delivery.service.js';
import { MediaIngestService } from './media-ingest.service.js';
import { MediaInspectionService } from './media-inspection.service.js';
import { MediaPreparation } from './media-preparation.js';
import { MediaProbe } from './media-probe.js';
import { ThumbnailMaker } from './thumbnail-maker.js';
import { VideoIndexReader } from './video-index.reader.js';
import { VideoRemuxer } from './video-remuxer.js';
import { VideoRepair } from './video-repair.js';

/** Needs the global settings and clock. */
@Module({
  imports: [CryptoModule, EgressModule, StorageModule],
  providers: [
    Ffmpeg, HeicDecoder, ImageConversion, MediaDeliveryService, MediaIngestService, MediaInspectionService, MediaPreparation, MediaProbe, ThumbnailMaker, VideoIndexReader, VideoRemuxer, VideoRepair,
  ],
  exports: [CryptoModule, MediaDeliveryService, MediaIngestService, MediaInspectionService, StorageModule],
})
export class MediaModule {}
