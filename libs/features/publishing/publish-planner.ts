import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { after } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { Metrics } from '#infra/metrics/metrics';
import { JobQueue } from '#infra/queue/job-queue';
import { ClockGuard } from './clock-guard.js';
import { HeartbeatRepository } from './heartbeat.repository.js';
import { publishPostJob } from './publish-post.job.js';
import { dispatchBatch, PublishLeaseRepository } from './publish-lease.repository.js';
import { plannerPause, tickPause } from './publish-planner.pace.js';

/**
 * Hands due rows to the queue, again and again: whatever the queue loses, the next tick finds. Any number may run. A round comes at the instant at which
 * the next row is due, and at once when there was more than one statement hands out.
 */
@Injectable()
export class PublishPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private pauseMs = tickPause;
  private beatAt: Date | null = null;

  constructor(
    private readonly leases: PublishLeaseRepository,
    private readonly queue: JobQueue,
    private readonly heartbeats: HeartbeatRepository,
    private readonly clock: ClockGuard,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.rounds = new Rounds({ round: () => this.tick(), pauseMs: () => this.pauseMs, onFailure: (error) => this.logger.error({ err: error }, 'The publish planner failed a round') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /**
   * One round: claim what is due and enqueue it. A job that fails to be enqueued is claimed anew when its trust runs out. With a wrong clock nothing is
   * due: no heartbeat says then that somebody plans.
   */
  async tick(): Promise<number> {
    this.pauseMs = tickPause;
    const now = await this.clock.findTime();
    if (!now) return 0;
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
    await this.beat(now);
    this.metrics.dispatchedPosts.inc(due.length);
    this.metrics.plannerLastTick.set(now.getTime() / 1000);
    this.pauseMs = due.length >= dispatchBatch ? 0 : plannerPause(await this.leases.nextDue(now, after(now, 2 * tickPause)), this.clock.now());
    return due.length;
  }

  /** Readiness asks within seconds; a beat in every round of a busy second would be as many writes of one row. */
  private async beat(now: Date): Promise<void> {
    if (this.beatAt !== null && now.getTime() - this.beatAt.getTime() < tickPause && now >= this.beatAt) return;
    await this.heartbeats.beat('publish-planner', now);
    this.beatAt = now;
  }
}
