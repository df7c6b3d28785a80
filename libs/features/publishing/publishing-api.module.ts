import { Module } from '@nestjs/common';
import { StorageModule } from '#infra/storage/storage.module';
import { UploadsApiModule } from '#features/media/index';
import { EarlierMediaRepository } from './earlier-media.repository.js';
import { PostController } from './post.controller.js';
import { PostCreationService } from './post-creation.service.js';
import { PostJudge } from './post.judge.js';
import { PostListRepository } from './post-list.repository.js';
import { PostMediaService } from './post-media.service.js';
import { PostRepository } from './post.repository.js';
import { PostService } from './post.service.js';
import { PublishingModule } from './publishing.module.js';

@Module({
  imports: [PublishingModule, StorageModule, UploadsApiModule],
  controllers: [PostController],
  providers: [EarlierMediaRepository, PostCreationService, PostJudge, PostListRepository, PostMediaService, PostRepository, PostService],
})
export class PublishingApiModule {}
