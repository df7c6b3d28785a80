import { Injectable } from '@nestjs/common';
import { HandlesJob, type JobHandler } from '#infra/queue/job-handler';
import { ClockGuard } from './clock-guard.js';
import { PublishLeaseRepository } from './publish-lease.repository.js';
import { publishPostJob, type PublishPostPayload } from './publish-post.job.js';
import { PublishRunner } from './publish.runner.js';

@Injectable()
@HandlesJob(publishPostJob)
export class PublishPostHandler implements JobHandler<PublishPostPayload> {
  constructor(
    private readonly runner: PublishRunner,
    private readonly clock: ClockGuard,
    private readonly leases: PublishLeaseRepository,
  ) {}

  /** A worker whose clock is wrong leaves the row to others. */
  async handle({ workspaceId, platformPostId }: PublishPostPayload, parking: AbortSignal): Promise<void> {
    if (await this.clock.isRight()) await this.runner.run(workspaceId, platformPostId, parking);
    else await this.leases.handBack(workspaceId, platformPostId);
  }
}
