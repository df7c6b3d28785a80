import { Module } from '@nestjs/common';
import { StorageModule } from '#infra/storage/storage.module';
import { PostController } from './post.controller.js';
import { PostCreationService } from './post-creation.service.js';
import { PostJudge } from './post.judge.js';
import { PostListRepository } from './post-list.repository.js';
import { PostRepository } from './post.repository.js';
import { PostService } from './post.service.js';
import { PublishingModule } from './publishing.module.js';
import { RuleController } from './rule.controller.js';
import { RuleService } from './rule.service.js';

@Module({
  imports: [PublishingModule, StorageModule],
  controllers: [PostController, RuleController],
  providers: [PostCreationService, PostJudge, PostListRepository, PostRepository, PostService, RuleService],
})
export class PublishingApiModule {}
