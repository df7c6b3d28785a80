import { access, constants, mkdir } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { ProcessSettings } from '#infra/config/process-settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import type { Metrics } from '#infra/metrics/metrics';
import { JobQueue } from '#infra/queue/job-queue';
import type { QueueState } from '#infra/queue/queue-backend';
import { OutboxStatusRepository, type OutboxStatus } from '#features/events/index';
import { deferralReasons, holdReasons, publishPostJob, PublishingStatusRepository, type AttentionCounts, type PublishingStatus } from '#features/publishing/index';
import { pendingMigrations } from '../../../prisma/migrate.js';
import { findHeldEvents, findStandstill, headOf, type QueueHead } from './readiness.rules.js';
import type { ReadinessCheckDto, ReadinessDto } from './system.dto.js';

const checkLimit = 3_000;
/** Who asks more often gets the last answer: it costs five questions to the database. */
const answerLife = 1_000;

/** Whether posts would go out now, and what a person would want to know about it. */
@Injectable()
export class ReadinessService {
  private migrationsAreCurrent = false;
  private head: QueueHead | null = null;
  private held: OutboxStatus | null = null;
  private last: { readonly at: number; readonly answer: Promise<ReadinessDto> } | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: ProcessSettings,
    private readonly queue: JobQueue,
    private readonly publishing: PublishingStatusRepository,
    private readonly outbox: OutboxStatusRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  read(): Promise<ReadinessDto> {
    const at = this.clock.now().getTime();
    // A clock that was set back must not make an old answer last.
    if (!this.last || Math.abs(at - this.last.at) >= answerLife) this.last = { at, answer: this.look() };
    return this.last.answer;
  }

  private async look(): Promise<ReadinessDto> {
    let status: PublishingStatus | null = null;
    let queue: QueueState | null = null;
    const checks = await Promise.all([
      check('database', async () => {
        status = await this.publishing.read(this.clock.now());
        return 'answers';
      }),
      check('migrations', () => this.checkMigrations()),
      check('queue', async () => {
        queue = await this.queue.state(publishPostJob.queue);
        return `${queue.waiting + queue.active} jobs waiting or running`;
      }),
      check('storage', () => this.checkStorage()),
      check('events', () => this.checkEvents()),
    ]);
    return this.summarize(checks, status, queue);
  }

  /** What only the database and the queue know, as gauges. What cannot be read keeps its last value. */
  async measure(metrics: Metrics): Promise<void> {
    const { last_planner_tick: tick, oldest_overdue_seconds: overdue, oldest_lease_seconds: lease, queue_depth: depth, queue_jobs: jobs } = await this.read();
    if (tick !== null) metrics.plannerLastTick.set(Date.parse(tick) / 1000);
    metrics.oldestOverdueSeconds.set(overdue ?? 0);
    metrics.oldestLeaseSeconds.set(lease ?? 0);
    if (this.held) {
      metrics.outboxWaiting.set(this.held.waiting);
      metrics.outboxOldestSeconds.set(this.held.oldest ? Math.max(0, (this.clock.now().getTime() - this.held.oldest.getTime()) / 1000) : 0);
    }
    if (depth !== null) metrics.queueDepth.set(depth);
    for (const state of ['waiting', 'active', 'delayed', 'failed'] as const) if (jobs) metrics.queueJobs.set({ state }, jobs[state]);
    try {
      setCounts(metrics, await this.publishing.count(this.clock.now()));
    } catch (error) {
      this.logger.warn({ err: error }, 'What waits could not be counted');
    }
  }

  private summarize(checks: ReadinessCheckDto[], status: PublishingStatus | null, queue: QueueState | null): ReadinessDto {
    const now = this.clock.now();
    if (queue) this.head = headOf(queue, this.head, now);
    if (status) {
      const standstill = findStandstill(status, this.head, now);
      checks.push({ name: 'worker', ok: standstill === null, detail: standstill ?? 'workers take up due posts' });
    }
    const secondsSince = (moment: Date | null | undefined): number | null => (moment ? Math.round((now.getTime() - moment.getTime()) / 1000) : null);
    return {
      status: checks.every((entry) => entry.ok) ? 'ok' : 'not_ready',
      checks,
      last_planner_tick: status?.lastPlannerTick?.toISOString() ?? null,
      oldest_overdue_seconds: secondsSince(status?.oldestOverdue),
      oldest_lease_seconds: secondsSince(status?.oldestLease),
      queue_depth: queue && queue.waiting + queue.active,
      queue_jobs: queue && { waiting: queue.waiting, active: queue.active, delayed: queue.delayed, failed: queue.failed },
    };
  }

  private async checkEvents(): Promise<string> {
    this.held = await this.outbox.read();
    const problem = findHeldEvents(this.held, this.clock.now());
    if (problem) throw new Error(problem);
    return `${this.held.waiting} events wait for a relay`;
  }

  private async checkMigrations(): Promise<string> {
    if (!this.migrationsAreCurrent) {
      const pending = await pendingMigrations(this.settings.databaseUrl);
      if (pending.length > 0) throw new Error(`not applied: ${pending.join(', ')}; run \`heliograph migrate\``);
      this.migrationsAreCurrent = true;
    }
    return 'current';
  }

  private async checkStorage(): Promise<string> {
    await mkdir(this.settings.dataDir, { recursive: true });
    await access(this.settings.dataDir, constants.W_OK);
    return 'writable';
  }
}

/** Reasons that no longer apply must not keep their last count. */
function setCounts(metrics: Metrics, { held, deferred, unconfirmed, throttledProfiles, tokensExpiring }: AttentionCounts): void {
  for (const reason of holdReasons) metrics.heldTargets.set({ reason }, held.get(reason) ?? 0);
  for (const reason of deferralReasons) metrics.deferredTargets.set({ reason }, deferred.get(reason) ?? 0);
  metrics.unconfirmedTargets.set(unconfirmed);
  metrics.throttledProfiles.set(throttledProfiles);
  for (const [days, count] of tokensExpiring) metrics.tokensExpiring.set({ days: String(days) }, count);
}

async function check(name: string, question: () => Promise<string>): Promise<ReadinessCheckDto> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${checkLimit / 1000} s`)), checkLimit);
  });
  try {
    return { name, ok: true, detail: await Promise.race([question(), limit]) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
