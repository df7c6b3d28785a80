import { Module } from '@nestjs/common';
import { StorageModule } from '#infra/storage/storage.module';
import { PostChangeController } from './post-change.controller.js';
import { PostChangeRepository } from './post-change.repository.js';
import { UploadsApiModule } from '#features/media/index';
import { EarlierMediaRepository } from './earlier-media.repository.js';
import { PostController } from './post.controller.js';
import { PostCreationService } from './post-creation.service.js';
import { PostEditingService } from './post-editing.service.js';
import { PostJudge } from './post.judge.js';
import { PostKinRepository } from './post-kin.repository.js';
import { PostListRepository } from './post-list.repository.js';
import { PostMediaService } from './post-media.service.js';
import { PostRepository } from './post.repository.js';
import { PostRetryRepository } from './post-retry.repository.js';
import { PostRetryService } from './post-retry.service.js';
import { PostService } from './post.service.js';
import { PostTimelineRepository } from './post-timeline.repository.js';
import { PostValidationService } from './post-validation.service.js';
import { PublishingModule } from './publishing.module.js';
import { RuleController } from './rule.controller.js';
import { RuleService } from './rule.service.js';

@Module({
  imports: [PublishingModule, StorageModule, UploadsApiModule],
  controllers: [PostController, PostChangeController, RuleController],
  providers: [
    EarlierMediaRepository, PostChangeRepository, PostCreationService, PostEditingService, PostJudge, PostKinRepository, PostListRepository, PostMediaService, PostRepository,
    PostRetryRepository, PostRetryService, PostService, PostTimelineRepository, PostValidationService, RuleService,
  ],
})
export class PublishingApiModule {}
