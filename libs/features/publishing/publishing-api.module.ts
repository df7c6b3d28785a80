import { Module } from '@nestjs/common';
import { StorageModule } from '#infra/storage/storage.module';
import { PostChangeController } from './post-change.controller.js';
import { PostChangeRepository } from './post-change.repository.js';
import { UploadsApiModule } from '#features/media/index';
import { EarlierMediaRepository } from './earlier-media.repository.js';
import { PostClock } from './post-clock.js';
import { PostController } from './post.controller.js';
import { PostCreationService } from './post-creation.service.js';
import { PostEditingService } from './post-editing.service.js';
import { PostJudge } from './post.judge.js';
import { PostKinRepository } from './post-kin.repository.js';
import { PostListRepository } from './post-list.repository.js';
import { PostMediaService } from './post-media.service.js';
import { PostRepository } from './post.repository.js';
import { PostReconcileRepository } from './post-reconcile.repository.js';
import { PostReconcileService } from './post-reconcile.service.js';
import { OverduePolicyRepository } from './overdue-policy.repository.js';
import { PostReleaseController } from './post-release.controller.js';
import { PostReleaseRepository } from './post-release.repository.js';
import { PostReleaseService } from './post-release.service.js';
import { PostRetryRepository } from './post-retry.repository.js';
import { PostRetryService } from './post-retry.service.js';
import { PostService } from './post.service.js';
import { PostStoringService } from './post-storing.service.js';
import { PostTimelineRepository } from './post-timeline.repository.js';
import { PostValidationService } from './post-validation.service.js';
import { PublishingModule } from './publishing.module.js';
import { PostQueueController } from './queues/post-queue.controller.js';
import { PostQueueRepository } from './queues/post-queue.repository.js';
import { PostQueueService } from './queues/post-queue.service.js';
import { QueueArrangementRepository } from './queues/queue-arrangement.repository.js';
import { QueueArranger } from './queues/queue-arranger.js';
import { QueueMembership } from './queues/queue-membership.js';
import { QueueOutlookRepository } from './queues/queue-outlook.repository.js';
import { QueueOutlookService } from './queues/queue-outlook.service.js';
import { RuleController } from './rule.controller.js';
import { RuleService } from './rule.service.js';
import { WorkspaceSettingsController } from './workspace-settings.controller.js';
import { WorkspaceSettingsService } from './workspace-settings.service.js';

@Module({
  imports: [PublishingModule, StorageModule, UploadsApiModule],
  controllers: [PostController, PostChangeController, PostQueueController, PostReleaseController, RuleController, WorkspaceSettingsController],
  providers: [
    EarlierMediaRepository, PostChangeRepository, PostClock, PostCreationService, PostEditingService, PostJudge, PostKinRepository, PostListRepository, PostMediaService, PostRepository,
    PostReconcileRepository, PostReconcileService, PostRetryRepository, PostRetryService, PostService, PostStoringService, PostTimelineRepository, PostValidationService, RuleService,
    OverduePolicyRepository, PostReleaseRepository, PostReleaseService, WorkspaceSettingsService,
    PostQueueRepository, PostQueueService, QueueArrangementRepository, QueueArranger, QueueMembership, QueueOutlookRepository, QueueOutlookService,
  ],
})
export class PublishingApiModule {}
