import { Injectable } from '@nestjs/common';
import { HandlesJob, type JobHandler } from '#infra/queue/job-handler';
import { publishPostJob, type PublishPostPayload } from './publish-post.job.js';
import { PublishRunner } from './publish.runner.js';

@Injectable()
@HandlesJob(publishPostJob)
export class PublishPostHandler implements JobHandler<PublishPostPayload> {
  constructor(private readonly runner: PublishRunner) {}

  handle(payload: PublishPostPayload, parking: AbortSignal): Promise<void> {
    return this.runner.run(payload.workspaceId, payload.platformPostId, parking);
  }
}
