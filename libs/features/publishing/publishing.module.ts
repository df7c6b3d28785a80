import { Module } from '@nestjs/common';
import { AccountsModule } from '#features/accounts/index';
import { MediaModule } from '#features/media/index';
import { PublishingStatusRepository } from './publishing-status.repository.js';

@Module({ imports: [AccountsModule, MediaModule], providers: [PublishingStatusRepository], exports: [AccountsModule, MediaModule, PublishingStatusRepository] })
export class PublishingModule {}
