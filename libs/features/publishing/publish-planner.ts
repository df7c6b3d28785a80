import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { Metrics } from '#infra/metrics/metrics';
import { JobQueue } from '#infra/queue/job-queue';
import { HeartbeatRepository } from './heartbeat.repository.js';
import { publishPostJob } from './publish-post.job.js';
import { dispatchBatch, PublishLeaseRepository } from './publish-lease.repository.js';

const tickPause = 200;

/** Hands due rows to the queue, again and again: whatever the queue loses, the next tick finds. Any number may run. */
@Injectable()
export class PublishPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly leases: PublishLeaseRepository,
    private readonly queue: JobQueue,
    private readonly heartbeats: HeartbeatRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.rounds = new Rounds({ round: () => this.catchUp(), pauseMs: tickPause, onFailure: (error) => this.logger.error({ err: error }, 'The publish planner failed a round') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** Full batches follow each other without a pause: after a queue was lost, thousands of rows wait. */
  private async catchUp(): Promise<void> {
    for (let claimed = dispatchBatch; claimed === dispatchBatch && !this.rounds.isStopped; ) claimed = await this.tick();
  }

  /** One batch: claim what is due and enqueue it. A job that fails to be enqueued is claimed anew when its trust runs out. */
  async tick(): Promise<number> {
    const now = this.clock.now();
    const due = await this.leases.claimDue(now);
    await this.queue.enqueue(
      publishPostJob,
      due.map((target) => ({
        payload: { workspaceId: target.workspaceId, platformPostId: target.id },
        dedupeKey: `${target.id}-${target.dispatches}`,
        ...(target.requestId ? { requestId: target.requestId } : {}),
        ...(target.traceparent ? { traceparent: target.traceparent } : {}),
      })),
    );
    await this.heartbeats.beat('publish-planner', now);
    this.metrics.dispatchedPosts.inc(due.length);
    this.metrics.plannerLastTick.set(now.getTime() / 1000);
    return due.length;
  }
}
