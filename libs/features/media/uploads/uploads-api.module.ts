import { Module } from '@nestjs/common';
import { MediaModule } from '../media.module.js';
import { UploadController } from './upload.controller.js';
import { UploadDisk } from './upload-disk.js';
import { UploadParts } from './upload-parts.js';
import { UploadRepository } from './upload.repository.js';
import { UploadService } from './upload.service.js';
import { UploadTransferController } from './upload-transfer.controller.js';
import { UploadTransferService } from './upload-transfer.service.js';

/** Needs the global database and unit of work. */
@Module({
  imports: [MediaModule],
  controllers: [UploadController, UploadTransferController],
  providers: [UploadDisk, UploadParts, UploadRepository, UploadService, UploadTransferService],
  exports: [UploadService],
})
export class UploadsApiModule {}
