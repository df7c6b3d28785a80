import { access, constants, mkdir } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { ProcessSettings } from '#infra/config/process-settings';
import { SETTINGS } from '#infra/config/settings.module';
import type { Metrics } from '#infra/metrics/metrics';
import { JobQueue } from '#infra/queue/job-queue';
import { publishPostJob, PublishingStatusRepository, type PublishingStatus } from '#features/publishing/index';
import { pendingMigrations } from '../../../prisma/migrate.js';
import type { ReadinessCheckDto, ReadinessDto } from './system.dto.js';

const checkLimit = 3_000;
const plannerSilence = 30_000;
const lateness = 120_000;

/** Whether posts would go out now, and what a person would want to know about it. */
@Injectable()
export class ReadinessService {
  private migrationsAreCurrent = false;
  private throttledProfiles = 0;

  constructor(
    @Inject(SETTINGS) private readonly settings: ProcessSettings,
    private readonly queue: JobQueue,
    private readonly publishing: PublishingStatusRepository,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<ReadinessDto> {
    let status: PublishingStatus | null = null;
    let depth: number | null = null;
    const checks = await Promise.all([
      check('database', async () => {
        status = await this.publishing.read(this.clock.now());
        this.throttledProfiles = status.throttledProfiles;
        return 'answers';
      }),
      check('migrations', () => this.checkMigrations()),
      check('queue', async () => {
        depth = await this.queue.depth(publishPostJob.queue);
        return `${depth} jobs waiting or running`;
      }),
      check('storage', () => this.checkStorage()),
    ]);
    return this.summarize(checks, status, depth);
  }

  /** What only the database and the queue know, as gauges. What cannot be read keeps its last value. */
  async measure(metrics: Metrics): Promise<void> {
    const { last_planner_tick: tick, oldest_overdue_seconds: overdue, queue_depth: depth } = await this.read();
    if (tick !== null) metrics.plannerLastTick.set(Date.parse(tick) / 1000);
    metrics.oldestOverdueSeconds.set(overdue ?? 0);
    metrics.throttledProfiles.set(this.throttledProfiles);
    if (depth !== null) metrics.queueDepth.set(depth);
  }

  private summarize(checks: ReadinessCheckDto[], status: PublishingStatus | null, depth: number | null): ReadinessDto {
    const now = this.clock.now().getTime();
    const lateBy = status?.oldestOverdue ? now - status.oldestOverdue.getTime() : null;
    const silentFor = status?.lastPlannerTick ? now - status.lastPlannerTick.getTime() : Infinity;
    if (status) {
      const isAlive = silentFor < plannerSilence && (lateBy === null || lateBy < lateness);
      const detail = silentFor >= plannerSilence ? 'no worker has looked for due posts lately: start a worker' : lateBy !== null && lateBy >= lateness ? 'due posts are not being taken up: see the worker\'s log' : 'workers take up due posts';
      checks.push({ name: 'worker', ok: isAlive, detail });
    }
    return {
      status: checks.every((entry) => entry.ok) ? 'ok' : 'not_ready',
      checks,
      last_planner_tick: status?.lastPlannerTick?.toISOString() ?? null,
      oldest_overdue_seconds: lateBy === null ? null : Math.round(lateBy / 1000),
      queue_depth: depth,
    };
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
