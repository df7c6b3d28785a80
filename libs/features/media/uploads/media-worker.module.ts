import { Module } from '@nestjs/common';
import { MediaModule } from '../media.module.js';
import { StorageSweeper } from './storage-sweeper.js';
import { UploadDisk } from './upload-disk.js';
import { UploadParts } from './upload-parts.js';
import { UploadSweepRepository } from './upload-sweep.repository.js';

/** What nobody needs any more is cleared away by workers. */
@Module({ imports: [MediaModule], providers: [StorageSweeper, UploadDisk, UploadParts, UploadSweepRepository] })
export class MediaWorkerModule {}
