import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { Rounds } from '#infra/process/rounds';
import { JobQueue } from '#infra/queue/job-queue';
import { pumpWebhooksJob } from './pump-webhooks.job.js';
import { pumpBatch, WebhookPumpRepository } from './webhook-pump.repository.js';

/** Between rounds, in milliseconds. */
const roundPause = 50;
const measurePause = 5_000;

/** Hands due pumps to the queue, again and again: whatever the queue loses, a later round finds. Any number may run. */
@Injectable()
export class WebhookPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private pauseMs = roundPause;
  private measuredAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pumps: WebhookPumpRepository,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.rounds = new Rounds({ round: () => this.tick(), pauseMs: () => this.pauseMs, onFailure: (error) => this.logger.error({ err: error }, 'The planner of webhooks failed a round') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** A round at once, for whoever has just made deliveries. */
  poke(): void {
    this.rounds.soon();
  }

  /** One round. A job that fails to be enqueued is claimed anew when its trust runs out. */
  async tick(): Promise<number> {
    this.pauseMs = roundPause;
    const due = await this.pumps.claimDue(this.clock.now());
    await this.queue.enqueue(pumpWebhooksJob, due.map(({ workspaceId, endpointId, dispatches }) => ({ payload: { workspaceId, endpointId }, dedupeKey: `${endpointId}-${dispatches}` })));
    if (due.length >= pumpBatch) this.pauseMs = 0;
    await this.measure();
    return due.length;
  }

  private async measure(): Promise<void> {
    if (performance.now() - this.measuredAt < measurePause) return;
    this.measuredAt = performance.now();
    const now = this.clock.now();
    const oldest = await this.pumps.oldestDue(now);
    this.metrics.webhookOldestDueSeconds.set(oldest ? (now.getTime() - oldest.getTime()) / 1000 : 0);
  }
}
